package dev.alluvium.trainer.generate;

import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Backend;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.generate.execute.Execution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Gives each request to what can answer it: unit tests to the sandbox, the rest to the backend. */
final class Desk {
  private final Backend backend;
  private final Execution execution;

  Desk(Backend backend, Execution execution) {
    this.backend = backend;
    this.execution = execution;
  }

  /** One reply per request, in their order; the model is asked for all of its own at once. */
  List<Reply> answer(List<Asked> batch, BooleanSupplier cancelled) {
    @Nullable Reply[] replies = new Reply[batch.size()];
    List<Integer> forModel = new ArrayList<>();
    for (int i = 0; i < replies.length; i++) {
      if (batch.get(i).request().getKind() != GenerationKind.EXECUTE) {
        forModel.add(i);
      }
    }
    if (!forModel.isEmpty()) {
      List<Reply> answers = backend.answer(forModel.stream().map(batch::get).toList(), cancelled);
      for (int n = 0; n < answers.size(); n++) {
        replies[forModel.get(n)] = answers.get(n);
      }
    }
    for (int i = 0; i < replies.length; i++) {
      if (replies[i] == null) {
        replies[i] =
            cancelled.getAsBoolean()
                ? new Reply.NotNow("this worker stops")
                : execution.answer(batch.get(i));
      }
    }
    return Arrays.stream(replies).map(Objects::requireNonNull).toList();
  }
}
