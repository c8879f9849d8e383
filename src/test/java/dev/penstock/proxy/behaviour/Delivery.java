package dev.penstock.proxy.behaviour;

/** How the bytes of an attack come to the proxy; what becomes of it must not depend on that. */
enum Delivery {
  WHOLE,
  BYTE_BY_BYTE,
  BEHIND_A_GOOD_REQUEST
}
