package dev.alluvium.streams.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/**
 * Schemas of a registry with the Confluent interface: {@code GET /schemas/ids/ID} answers {@code
 * {"schema": "..."}}, or 404. {@code user:password@} in the URL is sent as basic authentication.
 */
final class HttpSchemas implements RegisteredSchemas {
  private static final int ATTEMPTS = 2;
  private static final JsonMapper JSON = new JsonMapper();

  private final URI base;
  private final @Nullable String authorization;
  private final Duration timeout;
  private final HttpClient client;

  /**
   * A registry.
   *
   * @param url http:// or https://, with or without a path
   * @param timeout of one attempt; two attempts must stay below a transaction's timeout
   */
  HttpSchemas(String url, Duration timeout) {
    URI given = URI.create(url.endsWith("/") ? url : url + "/");
    String user = given.getUserInfo();
    this.base = user == null ? given : URI.create(given.toString().replaceFirst("//[^@/]*@", "//"));
    this.authorization =
        user == null ? null : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
    this.timeout = timeout;
    this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
  }

  @Override
  public Optional<Schema> byId(int id) {
    URI uri = base.resolve("schemas/ids/" + id);
    HttpResponse<String> response = get(uri);
    if (response.statusCode() == 404) {
      return Optional.empty();
    }
    try {
      JsonNode answer = JSON.readTree(response.body());
      boolean avro = answer.path("schemaType").asText("AVRO").equals("AVRO");
      return avro
          ? Optional.of(new Schema.Parser().parse(answer.path("schema").asText()))
          : Optional.empty();
    } catch (JsonProcessingException | SchemaParseException e) {
      throw new RegistryUnavailableException(
          uri + " answered something else than {\"schema\": an Avro schema}", e);
    }
  }

  private HttpResponse<String> get(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(timeout).GET();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    RegistryUnavailableException failure = new RegistryUnavailableException(uri + " was not asked");
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        HttpResponse<String> response =
            client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200 || response.statusCode() == 404) {
          return response;
        }
        failure =
            new RegistryUnavailableException(
                "%s answered %d: expected 200 or 404".formatted(uri, response.statusCode()));
      } catch (IOException e) {
        failure = new RegistryUnavailableException("cannot reach " + uri, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryUnavailableException("interrupted while asking " + uri, e);
      }
    }
    throw failure;
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
