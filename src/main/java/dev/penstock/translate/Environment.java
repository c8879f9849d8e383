package dev.penstock.translate;

import dev.penstock.model.Cidr;
import java.util.List;

/**
 * Where the proxy will run.
 *
 * @param refusedAddresses what no backend may be, beside what {@link Place#CLUSTER} refuses anyway:
 *     the API server's and the operator's own addresses
 */
public record Environment(Place place, List<Cidr> refusedAddresses) {

  /** What surrounds the proxy. */
  public enum Place {
    /** Manifests are files: there is nobody to ask for Services, and loopback is welcome. */
    STANDALONE,
    /** Manifests are many people's: nobody may reach what only the proxy's pod can. */
    CLUSTER
  }

  public Environment {
    refusedAddresses = List.copyOf(refusedAddresses);
  }

  public static Environment standalone() {
    return new Environment(Place.STANDALONE, List.of());
  }

  /** A cluster with these addresses of its own. */
  public static Environment cluster(List<Cidr> refusedAddresses) {
    return new Environment(Place.CLUSTER, refusedAddresses);
  }

  boolean inCluster() {
    return place == Place.CLUSTER;
  }
}
