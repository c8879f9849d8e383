package dev.penstock.proxy;

import dev.penstock.model.GatewayConfig;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.client.ForwardedFor;
import dev.penstock.proxy.client.TrustedProxies;
import dev.penstock.proxy.path.PrefixRouter;

/**
 * A config made ready, swapped as a whole. Requests keep the one they started with.
 *
 * @param terminatesTls whether plain text is only redirected
 * @param noRoute counts requests that match no route
 */
record Snapshot(
    GatewayConfig config,
    PrefixRouter<CompiledRoute> router,
    TrustedProxies trusted,
    ForwardedFor forwardedFor,
    boolean terminatesTls,
    RouteMeter noRoute) {}
