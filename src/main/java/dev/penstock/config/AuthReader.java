package dev.penstock.config;

import dev.penstock.model.AuthPolicy;

/** Auth policies from JSON; {@link AuthWriter} is its mirror. */
final class AuthReader {

  private AuthReader() {}

  static AuthPolicy policy(JsonField json) throws ConfigFormatException {
    JsonField type = json.required("type");
    return switch (type.text()) {
      case AuthWriter.NONE -> new AuthPolicy.None();
      case AuthWriter.EXTERNAL -> external(json);
      case AuthWriter.API_KEYS -> apiKeys(json);
      // Never skipped: a policy that this version does not know must not become none.
      default ->
          throw new ConfigFormatException(
              type.path(), "'" + type.text() + "' is none of None, External, APIKeys");
    };
  }

  private static AuthPolicy external(JsonField json) throws ConfigFormatException {
    return new AuthPolicy.External(
        json.required("upstream", ConfigReader::upstream),
        json.required("path", JsonField::text),
        json.list("requestHeaders", JsonField::text),
        json.list("responseHeaders", JsonField::text),
        json.required("timeout", JsonField::duration),
        json.required("failurePolicy", field -> field.choice(AuthPolicy.FailurePolicy.class)),
        json.optional("cache", AuthReader::cache),
        credentials(json));
  }

  private static AuthPolicy.Cache cache(JsonField json) throws ConfigFormatException {
    return new AuthPolicy.Cache(
        json.required("ttl", JsonField::duration),
        json.required("negativeTtl", JsonField::duration),
        json.optional("keyHeaders", field -> field.list(JsonField::text)));
  }

  private static AuthPolicy apiKeys(JsonField json) throws ConfigFormatException {
    return new AuthPolicy.ApiKeys(
        json.list("keys", AuthReader::apiKey),
        json.list("headers", JsonField::text),
        credentials(json));
  }

  private static AuthPolicy.ApiKey apiKey(JsonField json) throws ConfigFormatException {
    return new AuthPolicy.ApiKey(
        json.required("id", JsonField::text), json.required("sha256", JsonField::text));
  }

  private static AuthPolicy.ForwardCredentials credentials(JsonField json)
      throws ConfigFormatException {
    return json.required("credentials", field -> field.choice(AuthPolicy.ForwardCredentials.class));
  }
}
