package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.WebSocketScript.BINARY;
import static dev.penstock.proxy.behaviour.WebSocketScript.CONTINUATION;
import static dev.penstock.proxy.behaviour.WebSocketScript.PING;
import static dev.penstock.proxy.behaviour.WebSocketScript.TEXT;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The cases, in the order of the sections of the Autobahn test suite. */
final class WebSocketCases {

  private static final String GREEK = "κόσμε-µ@ßöäüàá-UTF-8!!";

  /**
   * One case.
   *
   * @param code the close code that the server must answer with; 0: it ends as it does directly
   */
  record Case(String name, int code, WebSocketScript script) {

    byte[] bytes() {
      return script.bytes();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final List<Case> cases = new ArrayList<>();

  private WebSocketCases() {}

  static List<Case> all() {
    var all = new WebSocketCases();
    all.sizes();
    all.pings();
    all.reservedBits();
    all.opcodes();
    all.fragments();
    all.utf8();
    all.closes();
    all.broken();
    all.large();
    return all.cases;
  }

  /** A case that the client ends with a Close frame of its own. */
  private void good(String name, UnaryOperator<WebSocketScript> script) {
    cases.add(new Case(name, 1000, script.apply(new WebSocketScript()).close(1000, "")));
  }

  /** A case in which the server ends the connection with that code. */
  private void fails(String name, int code, UnaryOperator<WebSocketScript> script) {
    cases.add(new Case(name, code, script.apply(new WebSocketScript())));
  }

  private void sizes() {
    for (int size : new int[] {0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537}) {
      good("text of " + size, s -> s.text("*".repeat(size)));
      good("binary of " + size, s -> s.binary(size));
    }
  }

  private void pings() {
    for (int size : new int[] {0, 1, 124, 125}) {
      good("ping of " + size, s -> s.ping(size));
    }
    fails("ping of 126", 1002, s -> s.ping(126));
    good("an unasked pong", s -> s.pong(0).pong(9).text("x"));
    good("an unasked pong, then a ping", s -> s.pong(9).ping(4));
    good(
        "ten pings",
        s -> {
          for (int i = 0; i < 10; i++) {
            s.ping(i);
          }
          return s;
        });
  }

  private void reservedBits() {
    for (int rsv = 1; rsv < 8; rsv++) {
      int bits = 0x80 | rsv << 4;
      fails("text with reserved bits " + rsv, 1002, s -> s.frame(bits | TEXT, new byte[3]));
      fails("ping with reserved bits " + rsv, 1002, s -> s.frame(bits | PING, new byte[3]));
      fails(
          "reserved bits " + rsv + " after a good message",
          1002,
          s -> s.text("good").frame(bits | BINARY, new byte[200]));
    }
  }

  private void opcodes() {
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      fails("opcode " + opcode, 1002, s -> s.frame(0x80 | opcode, new byte[0]));
      fails(
          "opcode " + opcode + " after a good message",
          1002,
          s -> s.text("good").frame(0x80 | opcode, new byte[5]));
    }
  }

  private void fragments() {
    good("two fragments", s -> s.part(TEXT, "frag").last("ment"));
    good("empty fragments", s -> s.part(TEXT, "").part(CONTINUATION, "").last(""));
    good("empty around full", s -> s.part(TEXT, "").part(CONTINUATION, "middle").last(""));
    good("binary fragments", s -> s.part(BINARY, "ab").part(CONTINUATION, "cd").last("ef"));
    good("ping between fragments", s -> s.part(TEXT, "frag").ping(5).last("ment"));
    good(
        "pings and pongs between fragments",
        s ->
            s.part(TEXT, "a")
                .ping(1)
                .part(CONTINUATION, "b")
                .pong(2)
                .part(CONTINUATION, "c")
                .ping(3)
                .last("d"));
    good(
        "two fragmented messages",
        s -> s.part(TEXT, "a").last("b").ping(2).part(BINARY, "c").last("d"));
    good(
        "a thousand fragments",
        s -> {
          s.part(TEXT, "0");
          for (int i = 1; i < 1000; i++) {
            s.part(CONTINUATION, Integer.toString(i));
          }
          return s.last("end");
        });
    fails("a fragmented ping", 1002, s -> s.part(PING, "x"));
    fails("a fragmented pong", 1002, s -> s.part(WebSocketScript.PONG, "x"));
    fails("nothing to continue", 1002, s -> s.last("x"));
    fails("nothing to continue, not the last", 1002, s -> s.part(CONTINUATION, "x"));
    fails("nothing to continue, after a message", 1002, s -> s.text("a").last("x"));
    fails("text within fragments", 1002, s -> s.part(TEXT, "a").text("b"));
    fails(
        "binary within fragments", 1002, s -> s.part(TEXT, "a").frame(0x80 | BINARY, new byte[3]));
  }

  private void utf8() {
    good("UTF-8", s -> s.text(GREEK));
    good("UTF-8 in fragments", s -> s.part(TEXT, "κόσ").part(CONTINUATION, "με").last("!"));
    good("UTF-8 cut within a character", s -> s.partOf(TEXT, "cebae1bd").lastOf("b9cf83"));
    for (String valid :
        List.of(
            "00",
            "7f",
            "c280",
            "dfbf",
            "e0a080",
            "efbfbf",
            "f0908080",
            "f48fbfbf",
            "ed9fbf",
            "ee8080",
            "efbfbd",
            "efbfbe",
            "f09fbfbe")) {
      good("valid UTF-8 " + valid, s -> s.textOf(valid));
    }
    for (String invalid :
        List.of(
            "80",
            "bf",
            "8080",
            "c0",
            "c3",
            "e0",
            "f0",
            "f8",
            "fc",
            "fe",
            "ff",
            "c020",
            "c0af",
            "e080af",
            "f08080af",
            "c1bf",
            "e09fbf",
            "f08fbfbf",
            "eda080",
            "edbfbf",
            "eda080edb080",
            "f4908080",
            "f5808080",
            "cebae1bdb9cf83cebcceb5eda080656469746564")) {
      fails("invalid UTF-8 " + invalid, 1007, s -> s.textOf(invalid));
    }
    fails("invalid UTF-8 in a later fragment", 1007, s -> s.part(TEXT, "good").lastOf("eda080"));
    fails("an unfinished character at the end", 1007, s -> s.partOf(TEXT, "ce").lastOf(""));
  }

  private void closes() {
    for (int code :
        new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
      fails("close " + code, code, s -> s.close(code, "because"));
    }
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999}) {
      fails("close " + code + ", which may not be sent", 0, s -> s.close(code, ""));
    }
    fails("close without a code", 0, s -> s.closeOf(""));
    fails("close with half a code", 1002, s -> s.closeOf("03"));
    fails("close with the longest reason", 1000, s -> s.close(1000, "*".repeat(123)));
    fails("close with a reason that is too long", 1002, s -> s.close(1000, "*".repeat(124)));
    fails("close with invalid UTF-8", 0, s -> s.closeOf("03e8eda080"));
    fails("a message, then close", 1000, s -> s.text("last").close(1000, "bye"));
    fails("close within fragments", 1000, s -> s.part(TEXT, "a").close(1000, ""));
  }

  private void broken() {
    fails("a frame that is not masked", 1002, s -> s.raw("8100"));
    fails("a frame that is not masked, after a good one", 1002, s -> s.text("a").raw("810161"));
    fails("a length in more bytes than it needs", 1002, s -> s.raw("81fe000537fa213d"));
    fails("a length below zero", 0, s -> s.raw("82ffffffffffffffffff37fa213d"));
    fails("a message above the server's bound", 0, s -> s.raw("82ff000000000100000137fa213d"));
  }

  private void large() {
    for (int size : new int[] {256 << 10, 1 << 20, 4 << 20}) {
      good("binary of " + (size >> 10) + " KiB", s -> s.binary(size));
    }
    good("text of 4 MiB", s -> s.text("ä".repeat(2 << 20)));
    inParts("4 MiB in fragments of 4 KiB", 4 << 10, 1024);
    inParts("16 MiB in fragments of 64 KiB", 64 << 10, 256);
    good(
        "a thousand messages",
        s -> {
          for (int i = 0; i < 1000; i++) {
            s.text("message " + i);
          }
          return s;
        });
  }

  private void inParts(String name, int size, int count) {
    good(
        name,
        s -> {
          String part = "0123456789abcdef".repeat(size / 16);
          s.part(TEXT, part);
          for (int i = 2; i < count; i++) {
            s.part(CONTINUATION, part);
          }
          return s.last(part);
        });
  }
}
