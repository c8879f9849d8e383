package dev.penstock.proxy.stage;

import dev.penstock.proxy.client.ClientAddress;

/**
 * Who asks. Made once a connection, or once a request where a trusted peer names the client.
 *
 * @param address the limiter's idea of a client
 * @param text the whole address, for the log and {@code X-Forwarded-For}
 * @param forwardedFor value of {@code X-Forwarded-For} towards the backend
 * @param trustedPeer whether what the peer says of the client is believed
 * @param secure whether the connection came in over TLS
 */
public record ClientInfo(
    ClientAddress address, String text, String forwardedFor, boolean trustedPeer, boolean secure) {}
