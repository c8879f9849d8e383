import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The vector store: enough of Chroma's HTTP API v2 for its Python HttpClient, in memory. One tenant
 * and one database are there from the start; others are taken as they come.
 */
final class ChromaDb implements StandIn {
  private static final String API = "/api/v2";

  /** What a handler returns for a path that is not here: a 404 follows. */
  private static final Object NOTHING = new Object();

  private final Map<String, ChromaCollection> byId = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "chromadb";
  }

  @Override
  public int port() {
    return 8000;
  }

  @Override
  public String about() {
    return "/api/v2 with exact nearest neighbours in memory";
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    var path = exchange.request().path();
    if (!path.startsWith(API + "/") && !path.equals(API)) {
      return;
    }
    try {
      var answer = path.startsWith(API + "/tenants") ? tenants(exchange) : server(exchange);
      if (answer != NOTHING) {
        exchange.json(200, answer);
      }
    } catch (ChromaError e) {
      exchange.json(e.status(), Map.of("error", e.type(), "message", e.getMessage()));
    } catch (IllegalArgumentException | ClassCastException e) {
      var error = Map.of("error", "InvalidArgumentError", "message", "" + e.getMessage());
      exchange.json(400, error);
    }
  }

  private static Object server(Exchange exchange) {
    long nanos = System.currentTimeMillis() * 1_000_000;
    return switch (exchange.request().path().substring(API.length())) {
      case "", "/heartbeat" -> Map.of("nanosecond heartbeat", nanos);
      case "/version" -> "1.0.0";
      case "/pre-flight-checks" -> Map.of("max_batch_size", 5461, "supports_base64_encoding", true);
      case "/auth/identity" ->
          Map.of(
              "user_id", "", "tenant", "default_tenant", "databases", List.of("default_database"));
      default -> NOTHING;
    };
  }

  /** Paths are /api/v2/tenants/T/databases/D/collections/C/ACTION, each part optional. */
  private Object tenants(Exchange exchange) throws IOException {
    var request = exchange.request();
    var parts = request.path().substring(API.length() + 1).split("/");
    boolean get = request.method().equals("GET");
    return switch (parts.length) {
      case 1 -> Map.of();
      case 2 -> Map.of("name", parts[1]);
      case 3 -> get ? List.of(database(parts[1], "default_database")) : Map.of();
      case 4 -> get ? database(parts[1], parts[3]) : Map.of();
      case 5 -> collections(request, parts);
      case 6 -> collection(request, parts);
      case 7 -> action(request, find(parts, parts[5]), parts[6]);
      default -> NOTHING;
    };
  }

  private static Map<String, Object> database(String tenant, String name) {
    return Map.of("id", "00000000-0000-0000-0000-000000000000", "name", name, "tenant", tenant);
  }

  private Object collections(Request request, String[] parts) throws IOException {
    if (parts[4].equals("collections_count")) {
      return list(parts).size();
    }
    if (request.method().equals("GET")) {
      return list(parts).stream().map(ChromaCollection::describe).toList();
    }
    var asked = request.json();
    var name = asked.text("name", "");
    synchronized (byId) {
      var existing = list(parts).stream().filter(c -> c.name().equals(name)).findFirst();
      if (existing.isPresent() && asked.flag("get_or_create", false)) {
        return existing.get().describe();
      }
      if (existing.isPresent()) {
        var message = "Collection [" + name + "] already exists";
        throw new ChromaError(409, "ChromaError", message);
      }
      var created = ChromaCollection.create(parts[1], parts[3], asked);
      byId.put(created.id(), created);
      return created.describe();
    }
  }

  private Object collection(Request request, String[] parts) {
    var collection = find(parts, parts[5]);
    if (request.method().equals("DELETE")) {
      byId.remove(collection.id());
      return Map.of();
    }
    return request.method().equals("GET") ? collection.describe() : NOTHING;
  }

  private static Object action(Request request, ChromaCollection collection, String action)
      throws IOException {
    var asked = request.json();
    return switch (action) {
      case "count" -> collection.count();
      case "add" -> collection.put(asked, ChromaCollection.Existing.KEEP);
      case "upsert" -> collection.put(asked, ChromaCollection.Existing.REPLACE);
      case "get" -> collection.get(asked);
      case "query" -> collection.query(asked);
      case "delete" -> collection.delete(asked);
      default -> throw new ChromaError(501, "InternalError", "the stand-in has no " + action);
    };
  }

  private List<ChromaCollection> list(String[] parts) {
    var found = new ArrayList<ChromaCollection>();
    for (var collection : byId.values()) {
      if (collection.tenant().equals(parts[1]) && collection.database().equals(parts[3])) {
        found.add(collection);
      }
    }
    found.sort(Comparator.comparing(ChromaCollection::name));
    return found;
  }

  /** By id, as data is addressed, or by name, as collections are looked up. */
  private ChromaCollection find(String[] parts, String key) {
    return list(parts).stream()
        .filter(c -> c.id().equals(key) || c.name().equals(key))
        .findFirst()
        .orElseThrow(
            () -> new ChromaError(404, "NotFoundError", "Collection [" + key + "] does not exist"));
  }
}
