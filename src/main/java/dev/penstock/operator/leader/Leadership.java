package dev.penstock.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Whether this operator leads, from its start to its end. */
public interface Leadership extends Gate, AutoCloseable {

  /** Begins to try, for ever. */
  void start();

  /** Who this is, among all operators. */
  String identity();

  /** Stops to lead, and lets others. */
  @Override
  void close();

  /**
   * By a lease.
   *
   * @param onLead told each time that this operator begins to lead
   * @param onLost told each time that it no longer does
   */
  static Leadership by(
      KubernetesClient client, LeaseOptions options, Runnable onLead, Runnable onLost) {
    return new LeasedLeadership(client, options, onLead, onLost);
  }

  /** Without any other operator. */
  static Leadership alone(Runnable onLead) {
    return new SoleLeadership(onLead);
  }
}
