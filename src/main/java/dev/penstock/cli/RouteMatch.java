package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Route;

/** What becomes of a URL. */
public sealed interface RouteMatch {

  /**
   * A service answers.
   *
   * @param target path and query as the backend sees them
   */
  record Found(GatewayConfig gateway, Route route, String target) implements RouteMatch {}

  /** Nobody answers, and why. */
  record NotFound(String why) implements RouteMatch {}
}
