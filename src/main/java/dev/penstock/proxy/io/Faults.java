package dev.penstock.proxy.io;

import io.netty.handler.codec.DecoderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells faults of the proxy itself from what peers do to connections, and logs only the former. */
public final class Faults {

  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  private Faults() {}

  /** Logs an exception that ends a connection, unless it came from the peer or the network. */
  public static void note(Throwable cause) {
    boolean fault = cause instanceof RuntimeException || cause instanceof Error;
    if (fault && !(cause instanceof DecoderException)) {
      LOG.error("a connection is closed because of a fault", cause);
    } else {
      LOG.debug("a connection is closed: {}", cause.toString());
    }
  }
}
