package dev.penstock.proxy.limit;

import dev.penstock.proxy.client.ClientAddress;

/**
 * Whose bucket: a client at a service behind a gateway. Cheap to build for each request, because
 * the scope is made once a route and the client once a connection.
 */
public record LimitKey(LimitScope scope, ClientAddress client) {

  /** {@code <namespace>/<gateway>/<namespace>/<service>/<client>}, the name in a shared store. */
  @Override
  public String toString() {
    return scope.prefix() + client;
  }
}
