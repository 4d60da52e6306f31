package dev.alluvium.schemas.window;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.Turn;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The digest in a window's close: SHA-256 over the fields of its examples, in order, each preceded
 * by its length. Over fields and not over bytes, so that a reader whose schema is newer than the
 * writer's computes the same.
 */
public final class WindowDigest {
  private final MessageDigest digest = Digests.sha256();

  private WindowDigest() {}

  /** Digest of some examples, 64 hexadecimal digits. */
  public static String of(List<Example> examples) {
    WindowDigest digest = new WindowDigest();
    examples.forEach(digest::add);
    return Digests.hex(digest.digest.digest());
  }

  private void add(Example example) {
    add(example.getWindowId());
    add(example.getIndex());
    add(example.getPairId());
    add(example.getSkill());
    add(example.getPrompt());
    add(example.getTarget());
    add(example.getReplayOf());
    add(example.getEstimatedTokens());
    add(example.getEventTime());
    add(example.getPosition());
  }

  private void add(Prompt prompt) {
    add(prompt.getInstruction());
    add(prompt.getContext());
    add(prompt.getHistory().size());
    for (Turn turn : prompt.getHistory()) {
      add(turn.getRole());
      add(turn.getText());
    }
  }

  private void add(Target target) {
    add(target.getText());
    add(target.getOrigin().name());
    add(target.getReason());
    add(target.getModelVersion());
    add(target.getTemplate());
    add(target.getTokenIds().size());
    target.getTokenIds().forEach(this::add);
    add(target.getTokenizer());
  }

  private void add(SourcePosition position) {
    add(position.getTopic());
    add(position.getPartition());
    add(position.getOffset());
  }

  private void add(@Nullable Number number) {
    add(number == null ? null : number.toString());
  }

  private void add(@Nullable String text) {
    if (text == null) {
      digest.update((byte) '-');
    } else {
      Digests.add(digest, text);
    }
  }
}
