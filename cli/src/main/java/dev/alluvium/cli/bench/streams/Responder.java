package dev.alluvium.cli.bench.streams;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.PairScores;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A generation worker without a model: a thread that answers every request at once. Seven of eight
 * answers are right; what is wrong at first is right as a paraphrase.
 */
final class Responder implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int WRONG_ONE_IN = 8;

  private final Topic<String, GenerationResult> results;
  private final KafkaConsumer<String, GenerationRequest> consumer;
  private final KafkaProducer<String, GenerationResult> producer;
  private final Saying saying;
  private final Thread thread;

  private Responder(KafkaSettings kafka, Topics topics, long seed) {
    Topic<String, GenerationRequest> requests = topics.generationRequests();
    results = topics.generationResults();
    saying = new Saying(seed);
    Properties reads = kafka.consumer();
    consumer =
        new KafkaConsumer<>(
            reads, requests.keys().deserializer(), requests.values().deserializer());
    List<TopicPartition> all =
        IntStream.range(0, requests.partitions())
            .mapToObj(p -> new TopicPartition(requests.name(), p))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    producer =
        new KafkaProducer<>(
            kafka.producer(), results.keys().serializer(), results.values().serializer());
    thread = new Thread(this::answer, "bench-responder");
  }

  /** Begins to answer. */
  static Responder start(KafkaSettings kafka, Topics topics, long seed) {
    Responder responder = new Responder(kafka, topics, seed);
    responder.thread.setDaemon(true);
    responder.thread.start();
    return responder;
  }

  private void answer() {
    try (consumer;
        producer) {
      while (true) {
        for (ConsumerRecord<String, GenerationRequest> record : consumer.poll(POLL)) {
          GenerationRequest request = record.value();
          Future<RecordMetadata> unused =
              producer.send(
                  new ProducerRecord<>(
                      results.name(),
                      request.getReplyTo(),
                      request.getPairId(),
                      saying.result(request)));
        }
      }
    } catch (WakeupException | InterruptException e) {
      // Told to stop.
    }
  }

  @Override
  public void close() throws InterruptedException {
    consumer.wakeup();
    thread.join();
  }

  /** What is said: texts cut from a long one, with token ids and probabilities to match. */
  private static final class Saying {
    private static final int CHARS = 1 << 16;
    private static final int CHARS_PER_TOKEN = 4;

    private final String text;
    private final List<Integer> ids;
    private final List<Float> logProbs;

    Saying(long seed) {
      text = new Texts(seed + 1).text(2 * CHARS);
      ids = IntStream.range(0, CHARS).map(i -> (i * 7919) % 32_000).boxed().toList();
      logProbs = ids.stream().map(id -> -id / 32_000f).toList();
    }

    GenerationResult result(GenerationRequest request) {
      GenerationResult.Builder result =
          GenerationResult.newBuilder()
              .setRequestId(request.getRequestId())
              .setPairId(request.getPairId())
              .setKind(request.getKind())
              .setSkill(request.getSkill())
              .setFinish(FinishReason.STOP)
              .setModel("v000001")
              .setOurs(true)
              .setPromptTokens(request.getPrompt().getInstruction().length() / CHARS_PER_TOKEN);
      if (request.getKind() == GenerationKind.SCORE) {
        return result.setScores(new PairScores(1.0, 1, 2.0, 1)).build();
      }
      String instruction = request.getPrompt().getInstruction();
      int hash = request.getRequestId().hashCode() & Integer.MAX_VALUE;
      boolean wrong = request.getKind() == GenerationKind.ANSWER && hash % WRONG_ONE_IN == 0;
      long answer = Questions.answer(instruction) + (wrong ? 1 : 0);
      int length = Math.min(CHARS, instruction.length());
      int start = hash % CHARS;
      String said =
          "%s. %s".formatted(text.substring(start, start + length), Questions.says(answer));
      int tokens = Math.max(1, said.length() / CHARS_PER_TOKEN);
      int first = hash % (CHARS - tokens);
      return result
          .setText(said)
          .setTokenIds(ids.subList(first, first + tokens))
          .setTokenLogProbs(logProbs.subList(first, first + tokens))
          .setTokenizer("bench")
          .build();
    }
  }
}
