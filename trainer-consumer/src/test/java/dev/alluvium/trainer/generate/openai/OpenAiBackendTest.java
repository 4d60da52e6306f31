package dev.alluvium.trainer.generate.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.Turn;
import dev.alluvium.trainer.config.OpenAiSettings;
import dev.alluvium.trainer.config.OpenAiSettings.BreakerSettings;
import dev.alluvium.trainer.generate.Asking;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.generate.backend.UnusableBackendException;
import dev.alluvium.trainer.generate.openai.StandIn.Response;
import dev.alluvium.trainer.release.CurrentFile;
import dev.alluvium.trainer.release.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that answers, fails, refuses, throttles and costs. */
class OpenAiBackendTest {
  @TempDir private Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T23:00:00Z"));

  /** Settings that a test changes a little. */
  private static final class Knobs {
    private String model = "served";
    private String version = "";
    private String current = "";
    private String keyFile = "";
    private String keyVariable = "";
    private Duration timeout = Duration.ofSeconds(10);
    private int retries = 0;
    private int parallel = 4;
    private int perMinute = 0;
    private double cap = 0;
    private int failures = 100;
    private Duration pause = Duration.ofMillis(300);

    OpenAiSettings at(String url) {
      return new OpenAiSettings(
          url,
          model,
          version,
          current,
          keyFile,
          keyVariable,
          timeout,
          retries,
          parallel,
          perMinute,
          cap,
          1000,
          2000,
          new BreakerSettings(failures, pause));
    }
  }

  private OpenAiBackend backend(Knobs knobs, StandIn server, Predicate<String> isVersion) {
    return new OpenAiBackend(
        knobs.at(server.url()), Map.of("KEY", "k-456\n"), isVersion, InstantSource.system());
  }

  @Test
  void theConversationGoesOutAsItIsAndTheAnswerComesBackWithItsCost() throws IOException {
    try (StandIn server = new StandIn(n -> Response.answer("plum"));
        OpenAiBackend backend = backend(new Knobs(), server, OpenAiBackendTest::unknown)) {
      Asked asked =
          Asking.asked(
              Asking.request("a", GenerationKind.PARAPHRASE, "Name a fruit.", 33)
                  .setTemperature(0.5)
                  .setSeed(7)
                  .setPrompt(
                      Prompt.newBuilder()
                          .setInstruction("Name a fruit.")
                          .setContext("Fruits: plum.")
                          .setHistory(
                              List.of(
                                  new Turn("system", "Be brief."),
                                  new Turn("user", "Hi."),
                                  new Turn("assistant", "Hello.")))
                          .build()));

      GenerationResult result = done(backend.answer(List.of(asked), () -> false).get(0));

      JsonNode body = server.requests().get(0).body();
      assertThat(body.path("model").asText()).isEqualTo("served");
      assertThat(body.path("temperature").asDouble()).isEqualTo(0.5);
      assertThat(body.path("max_tokens").asInt()).isEqualTo(33);
      assertThat(body.path("seed").asInt()).isEqualTo(7);
      List<String> turns = new ArrayList<>();
      body.path("messages")
          .forEach(m -> turns.add(m.path("role").asText() + ": " + m.path("content").asText()));
      assertThat(turns)
          .containsExactly(
              "system: Be brief.",
              "user: Hi.",
              "assistant: Hello.",
              "user: Name a fruit.\n\nFruits: plum.");
      assertThat(result.getText()).isEqualTo("plum");
      assertThat(result.getFinish()).isEqualTo(FinishReason.STOP);
      assertThat(result.getModel()).isEqualTo("served");
      assertThat(result.getOurs()).isFalse();
      assertThat(result.getTokenIds()).isEmpty();
      assertThat(result.getPromptTokens()).isEqualTo(10);
      assertThat(result.getCost()).isCloseTo((10 * 1000 + 5 * 2000) / 1e6, within(1e-12));
    }
  }

  @ParameterizedTest
  @CsvSource({"length,LENGTH", "content_filter,ERROR", "tool_calls,ERROR"})
  void howItEndedIsPassedOn(String said, FinishReason wanted) throws IOException {
    try (StandIn server = new StandIn(n -> Response.chat("plum", said));
        OpenAiBackend backend = backend(new Knobs(), server, OpenAiBackendTest::unknown)) {
      assertThat(done(ask(backend, 1).get(0)).getFinish()).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void whatMayPassIsTriedAgain(int status) throws IOException {
    Knobs knobs = new Knobs();
    knobs.retries = 2;
    IntFunction<Response> script = n -> n < 2 ? Response.failure(status) : Response.answer("plum");
    try (StandIn server = new StandIn(script);
        OpenAiBackend backend = backend(knobs, server, OpenAiBackendTest::unknown)) {
      assertThat(done(ask(backend, 1).get(0)).getText()).isEqualTo("plum");
      assertThat(server.requests()).hasSize(3);
      assertThat(server.requests().get(1).at() - server.requests().get(0).at())
          .isGreaterThan(Duration.ofMillis(200).toNanos());
    }
  }

  @Test
  void triesAreNumberedAndTheRequestIsThenToBeAskedAgain() throws IOException {
    Knobs knobs = new Knobs();
    knobs.retries = 1;
    try (StandIn server = new StandIn(n -> Response.failure(500));
        OpenAiBackend backend = backend(knobs, server, OpenAiBackendTest::unknown)) {
      assertThat(ask(backend, 1).get(0)).isInstanceOf(Reply.NotNow.class);
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void aRefusedRequestIsAnErrorAndTheOthersAreAnswered() throws IOException {
    Knobs knobs = new Knobs();
    knobs.retries = 3;
    knobs.parallel = 1;
    try (StandIn server =
            new StandIn(n -> n == 1 ? Response.failure(400) : Response.answer("plum"));
        OpenAiBackend backend = backend(knobs, server, OpenAiBackendTest::unknown)) {
      List<Reply> replies = ask(backend, 3);

      assertThat(replies)
          .extracting(reply -> done(reply).getFinish())
          .containsExactly(FinishReason.STOP, FinishReason.ERROR, FinishReason.STOP);
      assertThat(done(replies.get(1)).getError()).contains("the server refused");
      assertThat(server.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 404})
  void aServerThatDoesNotLetUsInStopsTheWorker(int status) throws IOException {
    try (StandIn server = new StandIn(n -> Response.failure(status));
        OpenAiBackend backend = backend(new Knobs(), server, OpenAiBackendTest::unknown)) {
      assertThatThrownBy(() -> ask(backend, 1))
          .isInstanceOf(UnusableBackendException.class)
          .hasMessageContaining("does not let us in, or does not serve served");
    }
  }

  @Test
  void aServerThatFailsEveryTimeIsLeftAloneForAWhile() throws IOException {
    Knobs knobs = new Knobs();
    knobs.failures = 3;
    knobs.parallel = 1;
    IntFunction<Response> script = n -> n < 3 ? Response.failure(500) : Response.answer("plum");
    try (StandIn server = new StandIn(script);
        OpenAiBackend backend = backend(knobs, server, OpenAiBackendTest::unknown)) {
      assertThat(ask(backend, 6)).allMatch(Reply.NotNow.class::isInstance);
      assertThat(server.requests()).as("calls before the breaker opened").hasSize(3);
      assertThat(backend.pause()).isPositive();

      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (!backend.pause().isZero() && System.nanoTime() < deadline) {
        LockSupport.parkNanos(10_000_000);
      }
      assertThat(done(ask(backend, 1).get(0)).getText()).isEqualTo("plum");
      assertThat(backend.pause()).isZero();
    }
  }

  @Test
  void callsAreSpreadOverTheMinute() throws IOException {
    Knobs knobs = new Knobs();
    knobs.perMinute = 300; // one in 200 ms
    try (StandIn server = new StandIn(n -> Response.answer("plum"));
        OpenAiBackend backend = backend(knobs, server, OpenAiBackendTest::unknown)) {
      ask(backend, 6);

      List<Long> times = server.requests().stream().map(StandIn.Request::at).sorted().toList();
      assertThat(Duration.ofNanos(times.get(5) - times.get(0)))
          .isGreaterThan(Duration.ofMillis(790)); // the first of them may come at a period's end
    }
  }

  @Test
  void aDaysCostIsCappedAndTheNextDayBeginsAtNothing() throws IOException {
    Knobs knobs = new Knobs();
    knobs.cap = 0.05; // an answer costs 0.02
    knobs.parallel = 1;
    try (StandIn server = new StandIn(n -> Response.answer("plum"));
        OpenAiBackend backend =
            new OpenAiBackend(
                knobs.at(server.url()), Map.of(), OpenAiBackendTest::unknown, now::get)) {
      List<Reply> replies = ask(backend, 5);

      assertThat(replies)
          .extracting(Reply.Done.class::isInstance)
          .containsExactly(true, true, true, false, false);
      assertThat(backend.pause()).isEqualTo(Duration.ofHours(1));

      now.set(Instant.parse("2026-03-02T00:00:00Z"));
      assertThat(backend.pause()).isZero();
      assertThat(ask(backend, 1).get(0)).isInstanceOf(Reply.Done.class);
    }
  }

  @Test
  void theKeyComesFromAFileOrAVariable() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), " k-123\n");
    Knobs fromFile = new Knobs();
    fromFile.keyFile = file.toString();
    Knobs fromVariable = new Knobs();
    fromVariable.keyVariable = "KEY";
    try (StandIn server = new StandIn(n -> Response.answer("plum"));
        OpenAiBackend one = backend(fromFile, server, OpenAiBackendTest::unknown);
        OpenAiBackend two = backend(fromVariable, server, OpenAiBackendTest::unknown)) {
      ask(one, 1);
      ask(two, 1);

      assertThat(server.requests())
          .extracting(StandIn.Request::authorization)
          .containsExactly("Bearer k-123", "Bearer k-456");
    }
    Knobs missing = new Knobs();
    missing.keyVariable = "NO_KEY";
    assertThatThrownBy(
            () ->
                new OpenAiBackend(
                    missing.at("http://localhost:1/v1"),
                    Map.of(),
                    OpenAiBackendTest::unknown,
                    InstantSource.system()))
        .hasMessage("generate.openai.apiKeyVariable: NO_KEY holds no key");
  }

  @Test
  void aServedModelIsOursOnceItsVersionIsKnown() throws IOException {
    Knobs knobs = new Knobs();
    knobs.version = "v000012";
    boolean[] known = {false};
    try (StandIn server = new StandIn(n -> Response.answer("plum"));
        OpenAiBackend backend = backend(knobs, server, v -> known[0] && v.equals("v000012"))) {
      GenerationResult before = done(ask(backend, 1).get(0));
      known[0] = true;
      GenerationResult after = done(ask(backend, 1).get(0));

      assertThat(before.getModel()).isEqualTo("served");
      assertThat(before.getOurs()).isFalse();
      assertThat(after.getModel()).isEqualTo("v000012");
      assertThat(after.getOurs()).isTrue();
    }
  }

  @Test
  void theModelIsTheOneThatAPublishersFileNamesAtTheMoment() throws IOException {
    Knobs knobs = new Knobs();
    knobs.model = "";
    knobs.current = directory.resolve("current.json").toString();
    CurrentFile current = new CurrentFile(Path.of(knobs.current));
    IntFunction<Response> script = n -> n == 2 ? Response.failure(404) : Response.answer("plum");
    try (StandIn server = new StandIn(script);
        OpenAiBackend backend = backend(knobs, server, "v000012"::equals)) {
      assertThat(ask(backend, 2))
          .containsOnly(new Reply.NotNow(knobs.current + " does not say what answers"));
      current.write(new Published("alluvium-v000012", "v000012", now.get(), new TreeMap<>()));
      GenerationResult version = done(ask(backend, 1).get(0));
      current.write(new Published("small", "base", now.get(), new TreeMap<>()));
      GenerationResult base = done(ask(backend, 1).get(0));
      current.write(new Published("alluvium-v000013", "v000013", now.get(), new TreeMap<>()));
      assertThat(ask(backend, 1).get(0)).as("just unloaded").isInstanceOf(Reply.NotNow.class);
      GenerationResult unknown = done(ask(backend, 1).get(0));

      assertThat(server.requests())
          .extracting(request -> request.body().path("model").asText())
          .containsExactly("alluvium-v000012", "small", "alluvium-v000013", "alluvium-v000013");
      assertThat(List.of(version, base, unknown))
          .extracting(GenerationResult::getModel)
          .containsExactly("v000012", "base", "alluvium-v000013");
      assertThat(List.of(version, base, unknown))
          .extracting(GenerationResult::getOurs)
          .containsExactly(true, true, false);

      Files.writeString(Path.of(knobs.current), "{}");
      assertThatThrownBy(() -> ask(backend, 1))
          .isInstanceOf(UnusableBackendException.class)
          .hasMessageContaining("is not what `alluvium publish` writes");
    }
  }

  @Test
  void aSlowServerIsNotWaitedForLongerThanTheTimeout() throws IOException {
    Knobs knobs = new Knobs();
    knobs.timeout = Duration.ofMillis(300);
    IntFunction<Response> slow =
        n -> {
          LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
          return Response.answer("late");
        };
    try (StandIn server = new StandIn(slow);
        OpenAiBackend backend = backend(knobs, server, OpenAiBackendTest::unknown)) {
      long begin = System.nanoTime();
      assertThat(ask(backend, 1).get(0)).isInstanceOf(Reply.NotNow.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void whatIsCancelledIsToBeAskedAgain() throws IOException {
    IntFunction<Response> slow =
        n -> {
          LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
          return Response.answer("late");
        };
    try (StandIn server = new StandIn(slow);
        OpenAiBackend backend = backend(new Knobs(), server, OpenAiBackendTest::unknown)) {
      assertThat(backend.answer(List.of(Asking.answer("a", "Hi.", 5)), () -> true).get(0))
          .isEqualTo(new Reply.NotNow("this worker stops"));
    }
  }

  @Test
  void scoresCannotBeHad() throws IOException {
    try (StandIn server = new StandIn(n -> Response.answer("plum"));
        OpenAiBackend backend = backend(new Knobs(), server, OpenAiBackendTest::unknown)) {
      Asked score =
          Asking.asked(
              Asking.request("s", GenerationKind.SCORE, "Hi.", 5).setText("a").setGold("b"));

      assertThat(done(backend.answer(List.of(score), () -> false).get(0)).getError())
          .contains("SCORE is not supported");
      assertThat(server.requests()).isEmpty();
    }
  }

  private static boolean unknown(String version) {
    return false;
  }

  private static List<Reply> ask(OpenAiBackend backend, int count) {
    List<Asked> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batch.add(Asking.answer("q" + i, "Name a fruit.", 5));
    }
    return backend.answer(batch, () -> false);
  }

  private static GenerationResult done(Reply reply) {
    return ((Reply.Done) reply).result();
  }
}
