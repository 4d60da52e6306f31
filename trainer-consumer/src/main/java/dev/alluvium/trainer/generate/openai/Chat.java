package dev.alluvium.trainer.generate.openai;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.trainer.config.OpenAiSettings;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.text.Turn;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.output.TokenUsage;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Optional;

/** One call to the server: a request becomes messages, the answer becomes a result. */
final class Chat {
  private static final double PRICE_UNIT = 1e6;

  private final OpenAiSettings settings;
  private final OpenAiChatModel model;

  Chat(OpenAiSettings settings, Optional<String> apiKey) {
    this.settings = settings;
    // Servers that speak only HTTP/1.1 stumble over the offer of HTTP/2.
    JdkHttpClientBuilder http =
        new JdkHttpClientBuilder()
            .httpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    this.model =
        OpenAiChatModel.builder()
            .httpClientBuilder(http)
            .baseUrl(settings.baseUrl())
            .apiKey(apiKey.orElse("none"))
            .timeout(settings.timeout())
            .maxRetries(0)
            .build();
  }

  /** Asks a model of the server; throws what langchain4j throws. */
  ChatResponse ask(Asked asked, String name) {
    GenerationRequest request = asked.request();
    List<ChatMessage> messages = asked.conversation().turns().stream().map(Chat::message).toList();
    OpenAiChatRequestParameters parameters =
        OpenAiChatRequestParameters.builder()
            .modelName(name)
            .temperature(request.getTemperature())
            .maxOutputTokens(request.getMaxTokens())
            .seed(Long.hashCode(request.getSeed()) & Integer.MAX_VALUE)
            .build();
    return model.chat(ChatRequest.builder().messages(messages).parameters(parameters).build());
  }

  private static ChatMessage message(Turn turn) {
    return switch (turn.role()) {
      case SYSTEM -> SystemMessage.from(turn.text());
      case USER -> UserMessage.from(turn.text());
      case ASSISTANT -> AiMessage.from(turn.text());
    };
  }

  /** The result, with what it cost. */
  GenerationResult.Builder result(Asked asked, ChatResponse response) {
    String text = response.aiMessage().text();
    FinishReason finish = finish(response);
    if (text == null && finish != FinishReason.ERROR) {
      finish = FinishReason.ERROR;
    }
    int promptTokens = promptTokens(asked, response);
    double cost =
        (promptTokens * settings.promptPrice()
                + completionTokens(asked, response) * settings.completionPrice())
            / PRICE_UNIT;
    GenerationResult.Builder result =
        asked.result(finish).setPromptTokens(promptTokens).setCost(cost);
    return finish == FinishReason.ERROR
        ? result.setError(
            "the server gave no text that ended or was cut off (finish reason %s)"
                .formatted(response.finishReason()))
        : result.setText(text);
  }

  private static FinishReason finish(ChatResponse response) {
    dev.langchain4j.model.output.FinishReason reason = response.finishReason();
    if (reason == dev.langchain4j.model.output.FinishReason.STOP) {
      return FinishReason.STOP;
    }
    return reason == dev.langchain4j.model.output.FinishReason.LENGTH
        ? FinishReason.LENGTH
        : FinishReason.ERROR;
  }

  /** As counted by the server; where it does not count, no more than there are characters. */
  private static int promptTokens(Asked asked, ChatResponse response) {
    TokenUsage usage = response.tokenUsage();
    Integer counted = usage == null ? null : usage.inputTokenCount();
    return counted == null
        ? asked.conversation().turns().stream().mapToInt(turn -> turn.text().length()).sum()
        : counted;
  }

  /** As counted by the server; where it does not count, as many as it was allowed. */
  private static int completionTokens(Asked asked, ChatResponse response) {
    TokenUsage usage = response.tokenUsage();
    Integer counted = usage == null ? null : usage.outputTokenCount();
    return counted == null ? asked.request().getMaxTokens() : counted;
  }
}
