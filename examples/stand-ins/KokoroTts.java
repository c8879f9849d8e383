import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Speech: a beep of 24 kHz mono 16-bit audio, longer for a longer text, streamed as Kokoro does. It
 * is raw PCM for {@code pcm} and a WAV file for every other format: no encoder is stood in for.
 */
final class KokoroTts implements StandIn {
  private static final int RATE = 24_000;
  private static final int PIECE = RATE / 10 * 2;
  private static final Duration PACE = Duration.ofMillis(10);
  private static final List<String> VOICES = List.of("af_heart", "am_adam", "bf_emma", "bm_george");
  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          "mp3", "audio/mpeg",
          "opus", "audio/ogg",
          "aac", "audio/aac",
          "flac", "audio/flac",
          "wav", "audio/wav",
          "pcm", "audio/pcm");

  @Override
  public String name() {
    return "kokoro-tts";
  }

  @Override
  public int port() {
    return 9010;
  }

  @Override
  public String about() {
    return "/v1/audio/speech answers a beep";
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    switch (exchange.request().route()) {
      case "POST /v1/audio/speech" -> speak(exchange);
      case "GET /v1/audio/voices" -> exchange.json(200, Map.of("voices", VOICES));
      case "GET /v1/models" -> exchange.json(200, OpenAiApi.models(List.of("kokoro", "tts-1")));
      default -> {}
    }
  }

  private static void speak(Exchange exchange) throws IOException {
    var asked = exchange.request().json();
    var input = asked.text("input", "");
    var format = asked.text("response_format", "mp3");
    var contentType = CONTENT_TYPES.get(format);
    if (input.isEmpty() || contentType == null) {
      var message = input.isEmpty() ? "input is empty" : "response_format is not known: " + format;
      exchange.json(400, OpenAiApi.error("invalid_request_error", message));
      return;
    }
    var audio = beep(Math.min(5.0, 0.3 + input.length() * 0.02), !format.equals("pcm"));
    exchange.begin(200, contentType);
    for (int from = 0; from < audio.length; from += PIECE) {
      exchange.write(Arrays.copyOfRange(audio, from, Math.min(audio.length, from + PIECE)));
      exchange.pause(PACE);
    }
  }

  private static byte[] beep(double seconds, boolean wav) {
    int samples = (int) (RATE * seconds);
    int header = wav ? 44 : 0;
    var audio = ByteBuffer.allocate(header + samples * 2).order(ByteOrder.LITTLE_ENDIAN);
    if (wav) {
      writeWavHeader(audio, samples * 2);
    }
    for (int i = 0; i < samples; i++) {
      audio.putShort((short) (8000 * Math.sin(2 * Math.PI * 440 * i / RATE)));
    }
    return audio.array();
  }

  private static void writeWavHeader(ByteBuffer audio, int dataBytes) {
    audio.put(ascii("RIFF")).putInt(36 + dataBytes).put(ascii("WAVE"));
    audio.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
    audio.putInt(RATE).putInt(RATE * 2).putShort((short) 2).putShort((short) 16);
    audio.put(ascii("data")).putInt(dataBytes);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
