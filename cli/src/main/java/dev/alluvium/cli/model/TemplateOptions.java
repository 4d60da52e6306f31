package dev.alluvium.cli.model;

import dev.alluvium.trainer.text.TemplateChoice;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How turns are written; a picocli mixin. */
public final class TemplateOptions {
  @Option(
      names = "--chat-template",
      defaultValue = TemplateChoice.MODEL,
      paramLabel = "NAME",
      description =
          "How turns are written: model, builtin, or the name of one of the model's chat"
              + " templates. Default: ${DEFAULT-VALUE}.")
  private String name = TemplateChoice.MODEL;

  @Option(
      names = "--variable",
      paramLabel = "NAME=VALUE",
      description = "What the template may read, such as enable_thinking=false. May be repeated.")
  private Map<String, String> variables = new LinkedHashMap<>();

  /** What they choose. */
  public TemplateChoice choice() {
    return TemplateChoice.of(name, variables);
  }
}
