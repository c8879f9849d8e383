package dev.penstock.operator.leader;

/** There is no other operator, as somebody promised. */
final class SoleLeadership implements Leadership {

  private final Runnable onLead;
  private volatile boolean leading;

  SoleLeadership(Runnable onLead) {
    this.onLead = onLead;
  }

  @Override
  public void start() {
    leading = true;
    onLead.run();
  }

  @Override
  public String identity() {
    return "penstock-operator";
  }

  @Override
  public boolean isOpen() {
    return leading;
  }

  @Override
  public void close() {
    leading = false;
  }
}
