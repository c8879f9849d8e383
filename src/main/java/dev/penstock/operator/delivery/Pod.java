package dev.penstock.operator.delivery;

import java.net.InetSocketAddress;

/**
 * A proxy that is to be given configurations; also one that is not ready yet, since it waits for
 * them.
 *
 * @param name by which its state is told
 * @param incarnation changes whenever its process is another one, for example the UID of the pod
 *     with the count of its restarts: it is then given everything anew
 * @param control where its control port is: an address, not a name
 */
public record Pod(String name, String incarnation, InetSocketAddress control) {}
