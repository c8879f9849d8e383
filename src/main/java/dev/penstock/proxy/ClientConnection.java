package dev.penstock.proxy;

import dev.penstock.proxy.upstream.Worker;

/** A client's connection, whatever it speaks, as the end of the proxy concerns it. */
interface ClientConnection {

  /** On whose event loop the other methods are called. */
  Worker worker();

  /** No further requests: an idle connection ends now, others with their last answer. */
  void stop();

  /** Ends what is under way. */
  void cutOff();
}
