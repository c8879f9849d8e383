package dev.penstock.proxy;

import io.netty.channel.Channel;

/** Puts TLS in front of what a connection's pipeline holds. */
interface TlsListener {

  void addTo(Channel channel);
}
