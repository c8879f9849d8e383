package dev.penstock.operator.certificates;

import dev.penstock.certificates.PemPair;
import dev.penstock.model.Sensitive;

/**
 * What a gateway's proxies and the operator share.
 *
 * @param server by which the operator knows the proxies
 * @param token by which the proxies know the operator
 */
public record ControlIdentity(PemPair server, Sensitive token) {}
