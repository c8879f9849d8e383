package dev.penstock.testing;

/** A master with a replica, and a sentinel that promotes the replica when the master is gone. */
public final class RedisFailover implements AutoCloseable {

  /** By which the sentinel knows the master. */
  public static final String MASTER_NAME = "main";

  public final RedisServer master = RedisServer.start();
  public final RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1 " + master.port());
  public final RedisServer sentinel =
      RedisServer.sentinel(
          """
          sentinel monitor main 127.0.0.1 %d 1
          sentinel down-after-milliseconds main 300
          sentinel failover-timeout main 2000
          """
              .formatted(master.port()));

  /** Starts all three, and waits until each knows the others. */
  public RedisFailover() {
    RedisServer.await(
        "the replica follows",
        () -> replica.command("INFO", "replication").contains("master_link_status:up"));
    RedisServer.await(
        "the sentinel knows the replica",
        () -> sentinel.command("SENTINEL", "MASTER", MASTER_NAME).contains("num-slaves\n1"));
  }

  /** Ends the master as a crash would, and waits for the promotion. */
  public void failOver() {
    master.kill();
    RedisServer.await("the replica is promoted", replica::isMaster);
  }

  @Override
  public void close() {
    sentinel.close();
    replica.close();
    master.close();
  }
}
