package dev.penstock.operator;

import dev.penstock.operator.leader.LeaseOptions;
import dev.penstock.operator.resources.Installation;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an operator is to run.
 *
 * @param namespaces that it is for; none stands for all
 * @param lease by which operators agree who leads; absent: there is no other one
 * @param installation what the proxies run
 * @param admin where health and metrics are served; port 0 takes a free one
 * @param ownAddresses which no backend may have
 */
public record OperatorOptions(
    Set<String> namespaces,
    Optional<LeaseOptions> lease,
    Installation installation,
    InetSocketAddress admin,
    List<String> ownAddresses) {

  public OperatorOptions {
    namespaces = Set.copyOf(namespaces);
    ownAddresses = List.copyOf(ownAddresses);
  }
}
