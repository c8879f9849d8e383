package dev.penstock.proxy.http2;

/** The last few streams of a connection of which something must be remembered. */
public final class RecentStreams {

  private static final int REMEMBERED = 256;

  private int[] ids = new int[0];
  private int next;

  public void add(int streamId) {
    if (ids.length == 0) {
      ids = new int[REMEMBERED];
    }
    ids[next] = streamId;
    next = (next + 1) % REMEMBERED;
  }

  public boolean contains(int streamId) {
    for (int id : ids) {
      if (id == streamId) {
        return true;
      }
    }
    return false;
  }
}
