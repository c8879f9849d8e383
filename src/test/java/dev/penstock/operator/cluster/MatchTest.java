package dev.penstock.operator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":1,\"b\":2}   | {\"a\":1}          | true",
        "{\"a\":2}           | {\"a\":1}          | false",
        "{}                  | {\"a\":1}          | false",
        "{}                  | {\"a\":{},\"b\":[]}| true",
        "{\"a\":[1]}         | {\"a\":[]}         | false",
        "{\"a\":[{\"x\":1,\"y\":2}]} | {\"a\":[{\"x\":1}]} | true",
        "{\"a\":[1,2]}       | {\"a\":[1]}        | false",
        "{\"a\":1}           | {\"a\":1.0}        | true",
        "{\"a\":\"1\"}       | {\"a\":1}          | false",
      })
  void everythingThatIsWantedMustBeThere(String actual, String wanted, boolean matches)
      throws Exception {
    var json = new ObjectMapper();
    assertEquals(matches, Match.has(json.readTree(actual), json.readTree(wanted)));
  }
}
