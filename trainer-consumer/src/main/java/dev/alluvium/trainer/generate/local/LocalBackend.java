package dev.alluvium.trainer.generate.local;

import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Backend;
import dev.alluvium.trainer.generate.backend.Loads;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.weights.ModelContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our own model: the version that was promoted last, or the base model before the first. */
public final class LocalBackend implements Backend {
  private static final Logger log = LoggerFactory.getLogger(LocalBackend.class);

  private final Serving serving;
  private final int batchTokens;

  /**
   * Loads the base model.
   *
   * @param train which model, how turns are written, and how long and large texts may be
   * @param promoted the version that shall answer, asked before each batch; none for the base
   */
  public LocalBackend(
      TrainSettings train, Compute compute, Supplier<Optional<ModelVersion>> promoted) {
    this(
        new Serving(
            new ResidentModel(
                Path.of(train.model()),
                baseDigest(train),
                compute,
                train.turns(),
                train.maxTokens()),
            promoted,
            Serving.BETWEEN_TRIALS),
        train.batchTokens());
  }

  /**
   * The same on the frozen base of a trainer in this process, with adapters of its own.
   *
   * @param frozen the decoder of {@code train.model}, which others read meanwhile; stays open
   * @param threads CPU threads of what the calling thread calculates
   */
  public static LocalBackend on(
      Decoder frozen, TrainSettings train, int threads, Supplier<Optional<ModelVersion>> promoted) {
    TorchRuntime.useThreads(threads);
    log.info("answers on the trainer's base model, with {} CPU threads", threads);
    return new LocalBackend(
        new Serving(
            ResidentModel.on(
                frozen,
                Path.of(train.model()),
                baseDigest(train),
                train.turns(),
                train.maxTokens()),
            promoted,
            Serving.BETWEEN_TRIALS),
        train.batchTokens());
  }

  /** Where there is no store there are no versions either, and nothing to keep the digest in. */
  private static String baseDigest(TrainSettings train) {
    Path store = Path.of(train.store());
    DigestMemory digests = DigestMemory.in(store);
    String digest = ModelContent.digest(Path.of(train.model()), digests);
    if (Files.isDirectory(store)) {
      digests.keep();
    }
    return digest;
  }

  LocalBackend(Serving serving, int batchTokens) {
    this.serving = serving;
    this.batchTokens = batchTokens;
  }

  @Override
  public List<Reply> answer(List<Asked> batch, BooleanSupplier cancelled) {
    ResidentModel model = serving.current();
    Map<Asked, Reply> replies = new HashMap<>();
    try {
      replies.putAll(together(model, batch, cancelled));
    } catch (RuntimeException e) {
      log.warn("a batch of {} requests failed, each is tried alone", batch.size(), e);
      for (Asked asked : batch) {
        replies.put(asked, alone(model, asked, cancelled));
      }
    }
    return batch.stream().map(asked -> Objects.requireNonNull(replies.get(asked))).toList();
  }

  private Reply alone(ResidentModel model, Asked asked, BooleanSupplier cancelled) {
    try {
      return Objects.requireNonNull(together(model, List.of(asked), cancelled).get(asked));
    } catch (RuntimeException e) {
      log.warn("request {} failed", asked.request().getRequestId(), e);
      return new Reply.NotNow(String.valueOf(e.getMessage()));
    }
  }

  private Map<Asked, Reply> together(
      ResidentModel model, List<Asked> batch, BooleanSupplier cancelled) {
    Map<Asked, Reply> replies = new HashMap<>();
    replies.putAll(
        new Answering(model, cancelled)
            .answer(
                of(batch, GenerationKind.ANSWER, GenerationKind.PARAPHRASE, GenerationKind.JUDGE)));
    replies.putAll(new Scoring(model, batchTokens).answer(of(batch, GenerationKind.SCORE)));
    for (Asked asked : batch) {
      replies.putIfAbsent(
          asked, asked.refused("%s is nothing a model does".formatted(asked.request().getKind())));
    }
    replies.replaceAll((asked, reply) -> signed(model, reply));
    return replies;
  }

  private static List<Asked> of(List<Asked> batch, GenerationKind... kinds) {
    return batch.stream().filter(a -> List.of(kinds).contains(a.request().getKind())).toList();
  }

  private static Reply signed(ResidentModel model, Reply reply) {
    return reply instanceof Reply.Done done
        ? new Reply.Done(
            GenerationResult.newBuilder(done.result()).setModel(model.name()).setOurs(true).build())
        : reply;
  }

  @Override
  public String model() {
    return serving.name();
  }

  @Override
  public Loads loads() {
    return serving.loads();
  }

  @Override
  public void close() {
    serving.close();
  }
}
