package dev.penstock.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The {@code Connection} options of a message (RFC 9110 section 7.6.1): persistence, upgrade, and
 * the fields it nominates, which go no further.
 */
final class ConnectionField {

  private static final byte[] CLOSE = Ascii.bytes("close");
  private static final byte[] KEEP_ALIVE = Ascii.bytes("keep-alive");

  private boolean close;
  private boolean keepAlive;
  private boolean upgrade;
  private List<String> nominated = List.of();

  void read(Fields fields) {
    close = false;
    keepAlive = false;
    upgrade = false;
    nominated = List.of();
    for (int i = fields.find(KnownField.CONNECTION);
        i >= 0;
        i = fields.find(KnownField.CONNECTION, i + 1)) {
      if (fields.valueIs(i, KEEP_ALIVE)) {
        keepAlive = true;
      } else if (fields.valueIs(i, CLOSE)) {
        close = true;
      } else {
        readList(fields.value(i));
      }
    }
    for (String name : nominated) {
      dropAll(fields, Ascii.bytes(name));
    }
  }

  boolean close() {
    return close;
  }

  boolean keepAlive() {
    return keepAlive;
  }

  boolean upgrade() {
    return upgrade;
  }

  /** Lower-case names of the nominated fields; already dropped from the message. */
  List<String> nominated() {
    return nominated;
  }

  private void readList(String value) {
    for (String part : value.split(",", -1)) {
      String option = part.strip().toLowerCase(Locale.ROOT);
      switch (option) {
        case "" -> {}
        case "close" -> close = true;
        case "keep-alive" -> keepAlive = true;
        case "upgrade" -> upgrade = true;
        default -> {
          if (nominated.isEmpty()) {
            nominated = new ArrayList<>();
          }
          nominated.add(option);
        }
      }
    }
  }

  private static void dropAll(Fields fields, byte[] lowerName) {
    for (int i = fields.find(lowerName, 0); i >= 0; i = fields.find(lowerName, i + 1)) {
      if (fields.known(i).group() == KnownField.Group.PLAIN) {
        fields.drop(i);
      }
    }
  }
}
