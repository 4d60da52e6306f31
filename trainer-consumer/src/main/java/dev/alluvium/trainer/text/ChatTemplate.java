package dev.alluvium.trainer.text;

import dev.alluvium.trainer.text.Turn.Role;
import dev.alluvium.trainer.text.jinja.JinjaException;
import dev.alluvium.trainer.text.jinja.JinjaTemplate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The template that came with a model, rendered with the variables that transformers gives it.
 *
 * <p>System text that a template refuses or leaves out goes in front of what the user says next.
 */
final class ChatTemplate implements PromptTemplate {
  private static final Logger log = LoggerFactory.getLogger(ChatTemplate.class);

  private final JinjaTemplate template;
  private final String place;
  private final Map<String, Object> variables;
  private final InstantSource clock;
  private final Set<Integer> stopIds;
  private final String id;
  private final AtomicBoolean saidSystem = new AtomicBoolean();

  private ChatTemplate(
      Tokenizer tokenizer,
      ChatTemplateSource source,
      Map<String, Object> variables,
      InstantSource clock) {
    this.template = JinjaTemplate.parse(source.place(), source.text());
    this.place = source.place();
    this.variables = variables;
    this.clock = clock;
    this.id = ShortDigest.of(source.text() + new TreeMap<>(variables));
    Set<Integer> stops = new TreeSet<>(tokenizer.eosIds());
    addTurnEnd(tokenizer, stops);
    this.stopIds = Set.copyOf(stops);
  }

  /**
   * Reads a template.
   *
   * @param variables what it may read besides the messages and the tokenizer's special tokens
   * @param clock for conversations without a time of their own
   * @throws TextException when it is no template
   */
  static ChatTemplate load(
      Tokenizer tokenizer,
      ChatTemplateSource source,
      Map<String, ?> variables,
      InstantSource clock) {
    Map<String, Object> all = new HashMap<>(tokenizer.tokenTexts());
    all.putAll(variables);
    try {
      return new ChatTemplate(tokenizer, source, all, clock);
    } catch (JinjaException e) {
      throw new TextException("not a usable chat template: " + e.getMessage(), e);
    }
  }

  /** The token after a sample answer; a template that refuses even that can still be asked. */
  private void addTurnEnd(Tokenizer tokenizer, Set<Integer> stops) {
    try {
      String answer = "Yes.";
      String text =
          render(
              List.of(new Turn(Role.USER, "Ok?"), new Turn(Role.ASSISTANT, answer)),
              false,
              Instant.EPOCH);
      int end = answerEnd(text, answer, 0);
      EncodedText encoded = tokenizer.encodeWithOffsets(text);
      tokenizer
          .turnEndBeyond(encoded, end)
          .ifPresent(position -> stops.add(encoded.ids()[position]));
    } catch (TextException e) {
      log.warn("no end of a turn is known besides the model's eos tokens: {}", e.getMessage());
    }
  }

  @Override
  public String prompt(Conversation conversation) {
    return ask(conversation.turns(), time(conversation)).text();
  }

  @Override
  public RenderedExample example(Conversation conversation, String response) {
    Instant now = time(conversation);
    Asked asked = ask(conversation.turns(), now);
    List<Turn> answered = new ArrayList<>(asked.turns());
    answered.add(new Turn(Role.ASSISTANT, response));
    String text = render(answered, false, now);
    if (!text.startsWith(asked.text())) {
      throw new TextException(
          "%s does not begin a conversation with its answer as it begins the prompt: they differ"
                  .formatted(place)
              + " after "
              + commonLength(text, asked.text())
              + " of "
              + asked.text().length()
              + " characters");
    }
    int begin = asked.text().length();
    return new RenderedExample(text, begin, answerEnd(text, response, begin));
  }

  private Instant time(Conversation conversation) {
    Instant time = conversation.time();
    return time == null ? clock.instant() : time;
  }

  /** A prompt and the turns as the template took them. */
  private record Asked(List<Turn> turns, String text) {}

  private Asked ask(List<Turn> turns, Instant now) {
    if (turns.stream().noneMatch(ChatTemplate::isSystem)) {
      return new Asked(turns, render(turns, true, now));
    }
    String why = "leaves out system text";
    try {
      String text = render(turns, true, now);
      if (!leavesOut(turns, text, now)) {
        return new Asked(turns, text);
      }
    } catch (TextException e) {
      why = "refuses system text";
    }
    if (!saidSystem.getAndSet(true)) {
      log.info("{} {}: it goes in front of what the user says next", place, why);
    }
    List<Turn> folded = withoutSystem(turns);
    return new Asked(folded, render(folded, true, now));
  }

  private static boolean isSystem(Turn turn) {
    return turn.role() == Role.SYSTEM;
  }

  /** Text that is there in another spelling, such as JSON, still makes a difference. */
  private boolean leavesOut(List<Turn> turns, String text, Instant now) {
    if (turns.stream()
        .filter(ChatTemplate::isSystem)
        .allMatch(t -> text.contains(t.text().strip()))) {
      return false;
    }
    List<Turn> spoken = turns.stream().filter(turn -> !isSystem(turn)).toList();
    return render(spoken, true, now).equals(text);
  }

  private static List<Turn> withoutSystem(List<Turn> turns) {
    List<Turn> folded = new ArrayList<>();
    List<String> waiting = new ArrayList<>();
    for (Turn turn : turns) {
      if (isSystem(turn)) {
        waiting.add(turn.text());
      } else if (turn.role() == Role.USER) {
        waiting.add(turn.text());
        folded.add(new Turn(Role.USER, String.join("\n\n", waiting)));
        waiting.clear();
      } else {
        folded.add(turn);
      }
    }
    return folded; // the last turn is the user's: nothing waits any more
  }

  private String render(List<Turn> turns, boolean prompt, Instant now) {
    Map<String, @Nullable Object> all = new HashMap<>(variables);
    all.put("messages", turns.stream().map(ChatTemplate::message).toList());
    all.put("add_generation_prompt", prompt);
    all.putIfAbsent("tools", null); // none, as opposed to undefined, in transformers
    all.putIfAbsent("documents", null);
    try {
      return template.render(all, now);
    } catch (JinjaException e) {
      throw new TextException("the chat template refuses the conversation: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> message(Turn turn) {
    return Map.of("role", turn.role().chatName(), "content", turn.text());
  }

  /** Templates may trim the response, and may write a heading of their own in front of it. */
  private static int answerEnd(String text, String response, int begin) {
    String trimmed = response.strip();
    int found = text.indexOf(trimmed, begin);
    return found < 0 ? begin : found + trimmed.length();
  }

  private static int commonLength(String a, String b) {
    int length = 0;
    while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return length;
  }

  @Override
  public Set<Integer> stopIds() {
    return stopIds;
  }

  @Override
  public String id() {
    return id;
  }
}
