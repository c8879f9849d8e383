package dev.penstock.operator.status;

import java.util.List;

/**
 * What one gateway makes of a service.
 *
 * @param generation of the service that it is about
 * @param hosts that it is served at, for people
 */
record ServiceVerdict(long generation, List<Wanted> conditions, String hosts) {

  ServiceVerdict {
    conditions = List.copyOf(conditions);
  }
}
