package dev.penstock.cli;

import java.net.InetAddress;

/**
 * Where a proxy listens.
 *
 * @param bind for clients
 * @param httpPort zero: a free one; -1: none
 * @param httpsPort zero: a free one; -1: none
 * @param adminBind for the admin endpoints, which are in plain text and not for the public
 * @param adminPort zero: a free one; -1: none
 * @param accessLog one line of JSON a request on standard output
 * @param warmUp whether the path of a request is compiled behind, before requests need it
 */
public record ListenOptions(
    InetAddress bind,
    int httpPort,
    int httpsPort,
    InetAddress adminBind,
    int adminPort,
    boolean accessLog,
    boolean warmUp) {}
