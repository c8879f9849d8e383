package dev.penstock.proxy.stage;

import dev.penstock.model.AuthPolicy.ForwardCredentials;
import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request fields that may carry a key: found, refused when ambiguous, kept from the backend.
 */
final class Credentials {

  private final List<byte[]> names;
  private final List<String> texts;
  private final boolean strip;

  /** Names in lower case. */
  Credentials(List<String> names, ForwardCredentials forward) {
    this.texts = names;
    this.names = names.stream().map(Ascii::bytes).toList();
    this.strip = forward == ForwardCredentials.STRIP;
  }

  List<byte[]> names() {
    return names;
  }

  /**
   * Refuses what two readers could take differently: a field given twice, or one that {@code
   * Connection} takes away.
   */
  StageResult.@Nullable Respond ambiguity(RequestHead head) {
    for (int n = 0; n < names.size(); n++) {
      Fields fields = head.fields();
      int first = fields.find(names.get(n), 0);
      if (first >= 0 && fields.find(names.get(n), first + 1) >= 0) {
        return refuse("more than one " + texts.get(n) + " field");
      }
      if (!head.nominated().isEmpty() && head.nominated().contains(texts.get(n))) {
        return refuse("Connection nominates " + texts.get(n));
      }
    }
    return null;
  }

  /** Takes the fields out of what goes to the backend, unless it is to see them. */
  void strip(Fields fields) {
    if (!strip) {
      return;
    }
    for (byte[] name : names) {
      for (int i = fields.find(name, 0); i >= 0; i = fields.find(name, i + 1)) {
        fields.drop(i);
      }
    }
  }

  private static StageResult.Respond refuse(String detail) {
    return new StageResult.Respond(400, Reason.BAD_REQUEST, detail);
  }
}
