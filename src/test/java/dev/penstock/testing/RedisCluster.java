package dev.penstock.testing;

import java.util.ArrayList;
import java.util.List;

/** Three processes of redis-server that share the slots. */
public final class RedisCluster implements AutoCloseable {

  private static final int NODES = 3;
  private static final int SLOTS = 16_384;

  private final List<RedisServer> nodes = new ArrayList<>();

  public RedisCluster() {
    try {
      for (int i = 0; i < NODES; i++) {
        nodes.add(RedisServer.start("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"));
      }
      for (int i = 0; i < NODES; i++) {
        RedisServer node = nodes.get(i);
        String first = "" + SLOTS * i / NODES;
        String last = "" + (SLOTS * (i + 1) / NODES - 1);
        node.command("CLUSTER", "ADDSLOTSRANGE", first, last);
        node.command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
        nodes.getFirst().command("CLUSTER", "MEET", "127.0.0.1", "" + node.port());
      }
      nodes.forEach(RedisCluster::awaitWhole);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static void awaitWhole(RedisServer node) {
    RedisServer.await(
        "the cluster is whole",
        () -> {
          String info = node.command("CLUSTER", "INFO");
          return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + NODES);
        });
  }

  public List<RedisServer> nodes() {
    return List.copyOf(nodes);
  }

  /** Over all nodes. */
  public long calls(String command) {
    return nodes.stream().mapToLong(node -> node.calls(command)).sum();
  }

  @Override
  public void close() {
    nodes.forEach(RedisServer::close);
  }
}
