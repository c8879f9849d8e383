package dev.penstock.proxy.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a name; may block, is called off the event loops. */
@FunctionalInterface
public interface Resolver {

  /** All addresses, in the order to prefer. */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /** The system's own resolver. */
  static Resolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
