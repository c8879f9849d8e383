import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** One collection: rows in the order of their arrival, searched one by one. */
final class ChromaCollection {
  /** What a row does to one that has its id. */
  enum Existing {
    KEEP,
    REPLACE
  }

  private record Row(
      String id, float[] vector, String document, Map<String, Object> metadata, String uri) {}

  private record Scored(Row row, double distance) {}

  private final Map<String, Object> description;
  private final String space;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private int dimension;

  private ChromaCollection(Map<String, Object> description, String space) {
    this.description = description;
    this.space = space;
  }

  static ChromaCollection create(String tenant, String database, JsonObject asked) {
    var space = asked.object("metadata").text("hnsw:space", "l2");
    space = asked.object("configuration").object("hnsw").text("space", space);
    var description = new LinkedHashMap<String, Object>();
    description.put("id", UUID.randomUUID().toString());
    description.put("name", asked.text("name", ""));
    var configuration = new LinkedHashMap<String, Object>();
    configuration.put("hnsw", Map.of("space", space));
    configuration.put("spann", null);
    configuration.put(
        "embedding_function", asked.object("configuration").members().get("embedding_function"));
    description.put("configuration_json", configuration);
    description.put("metadata", asked.members().get("metadata"));
    description.put("tenant", tenant);
    description.put("database", database);
    description.put("log_position", 0);
    description.put("version", 0);
    return new ChromaCollection(description, space);
  }

  String id() {
    return (String) description.get("id");
  }

  String name() {
    return (String) description.get("name");
  }

  String tenant() {
    return (String) description.get("tenant");
  }

  String database() {
    return (String) description.get("database");
  }

  synchronized Map<String, Object> describe() {
    var answer = new LinkedHashMap<>(description);
    answer.put("dimension", dimension == 0 ? null : dimension);
    return answer;
  }

  synchronized int count() {
    return rows.size();
  }

  synchronized Map<String, Object> put(JsonObject asked, Existing existing) {
    var ids = asked.list("ids");
    var vectors = asked.list("embeddings").stream().map(ChromaCollection::vector).toList();
    if (vectors.size() != ids.size()) {
      throw new IllegalArgumentException("as many embeddings as ids are wanted");
    }
    for (var vector : vectors) {
      requireDimension(vector);
    }
    for (int i = 0; i < ids.size(); i++) {
      var row = row((String) ids.get(i), vectors.get(i), asked, i);
      if (existing == Existing.REPLACE) {
        rows.put(row.id(), row);
      } else {
        rows.putIfAbsent(row.id(), row);
      }
    }
    return Map.of();
  }

  synchronized Map<String, Object> get(JsonObject asked) {
    int limit = asked.number("limit", Integer.MAX_VALUE);
    var found = select(asked).stream().skip(asked.number("offset", 0)).limit(limit).toList();
    var include = asked.list("include");
    var answer = new LinkedHashMap<String, Object>();
    answer.put("ids", column(found, Row::id));
    columns(include).forEach((name, of) -> answer.put(name, of == null ? null : column(found, of)));
    answer.put("include", include);
    return answer;
  }

  synchronized Map<String, Object> query(JsonObject asked) {
    var include = asked.list("include");
    var results = new ArrayList<List<Scored>>();
    for (var query : asked.list("query_embeddings")) {
      results.add(nearest(vector(query), asked));
    }
    var answer = new LinkedHashMap<String, Object>();
    answer.put("ids", table(results, scored -> scored.row().id()));
    columns(include)
        .forEach(
            (name, of) ->
                answer.put(name, of == null ? null : table(results, s -> of.apply(s.row()))));
    answer.put(
        "distances", include.contains("distances") ? table(results, Scored::distance) : null);
    answer.put("include", include);
    return answer;
  }

  synchronized Map<String, Object> delete(JsonObject asked) {
    var gone = select(asked);
    gone.forEach(row -> rows.remove(row.id()));
    return Map.of("deleted", gone.size());
  }

  private List<Row> select(JsonObject asked) {
    var ids = new HashSet<>(asked.list("ids"));
    return rows.values().stream()
        .filter(row -> ids.isEmpty() || ids.contains(row.id()))
        .filter(row -> ChromaFilter.matches(asked.object("where"), metadata(row)))
        .filter(row -> ChromaFilter.contains(asked.object("where_document"), document(row)))
        .toList();
  }

  private List<Scored> nearest(float[] query, JsonObject asked) {
    requireDimension(query);
    return select(asked).stream()
        .map(row -> new Scored(row, distance(query, row.vector())))
        .sorted(Comparator.comparingDouble(Scored::distance))
        .limit(asked.number("n_results", 10))
        .toList();
  }

  /** Chroma's distances: l2 is squared, ip and cosine are taken from 1. */
  private double distance(float[] a, float[] b) {
    double squares = 0;
    double dot = 0;
    double normA = 0;
    double normB = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = a[i] - b[i];
      squares += difference * difference;
      dot += (double) a[i] * b[i];
      normA += (double) a[i] * a[i];
      normB += (double) b[i] * b[i];
    }
    return switch (space) {
      case "cosine" -> 1 - dot / Math.max(Math.sqrt(normA * normB), Double.MIN_NORMAL);
      case "ip" -> 1 - dot;
      default -> squares;
    };
  }

  private void requireDimension(float[] vector) {
    if (dimension == 0) {
      dimension = vector.length;
    }
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "Collection expecting embedding with dimension of %d, got %d"
              .formatted(dimension, vector.length));
    }
  }

  /** A vector as a list of numbers or, as the client prefers, base64 of 32-bit floats. */
  private static float[] vector(Object value) {
    if (value instanceof String base64) {
      var bytes =
          ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
      var vector = new float[bytes.remaining() / 4];
      bytes.asFloatBuffer().get(vector);
      return vector;
    }
    var numbers = (List<?>) value;
    var vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = ((Number) numbers.get(i)).floatValue();
    }
    return vector;
  }

  @SuppressWarnings("unchecked")
  private static Row row(String id, float[] vector, JsonObject asked, int i) {
    return new Row(
        id,
        vector,
        (String) item(asked, "documents", i),
        (Map<String, Object>) item(asked, "metadatas", i),
        (String) item(asked, "uris", i));
  }

  private static Object item(JsonObject asked, String name, int i) {
    var items = asked.list(name);
    return i < items.size() ? items.get(i) : null;
  }

  private static Map<String, Object> metadata(Row row) {
    return row.metadata() == null ? Map.of() : row.metadata();
  }

  private static String document(Row row) {
    return row.document() == null ? "" : row.document();
  }

  /** How each column is read; null for one that the client did not ask to include. */
  private static Map<String, Function<Row, Object>> columns(List<Object> include) {
    var all = new LinkedHashMap<String, Function<Row, Object>>();
    all.put("embeddings", row -> boxed(row.vector()));
    all.put("documents", Row::document);
    all.put("metadatas", Row::metadata);
    all.put("uris", Row::uri);
    all.replaceAll((name, of) -> include.contains(name) ? of : null);
    return all;
  }

  private static List<Object> boxed(float[] vector) {
    var list = new ArrayList<Object>(vector.length);
    for (float x : vector) {
      list.add((double) x);
    }
    return list;
  }

  private static <T> List<Object> column(List<T> items, Function<? super T, Object> of) {
    var list = new ArrayList<Object>(items.size());
    items.forEach(item -> list.add(of.apply(item)));
    return list;
  }

  private static List<Object> table(List<List<Scored>> results, Function<Scored, Object> of) {
    return column(results, result -> column(result, of));
  }
}
