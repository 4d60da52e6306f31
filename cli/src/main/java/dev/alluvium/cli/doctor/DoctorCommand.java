package dev.alluvium.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.config.LoadedSettings;
import dev.alluvium.cli.config.SettingsException;
import dev.alluvium.cli.endpoint.Endpoint;
import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.streams.dashboard.Dashboard;
import dev.alluvium.streams.prompt.PromptFiles;
import dev.alluvium.trainer.config.OpenAiSettings;
import dev.alluvium.trainer.generate.openai.ApiKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alluvium doctor}: is everything there that the services need? */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Check settings, Java, broker, topics, directories, model, memory, native library, sandbox and the files that"
            + " settings name; exit 1 on a fault.")
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    List<Finding> findings = look();
    boolean ok = findings.stream().allMatch(Finding::ok);
    if (common.json()) {
      common.print(json(findings, ok));
    } else {
      Table table = new Table("CHECK", "", "FOUND", "WHAT TO DO");
      findings.forEach(f -> table.row(f.check(), f.ok() ? "ok" : "FAIL", f.detail(), f.advice()));
      table.print(common.err());
    }
    return ok ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    findings.add(Checks.java());
    try {
      LoadedSettings loaded = common.loaded();
      AlluviumSettings settings = loaded.settings();
      findings.add(Finding.good("settings", loaded.values().size() + " keys"));
      findings.addAll(Checks.cluster(settings));
      findings.add(Checks.directory("train.store", settings.train().store()));
      findings.add(Checks.directory("streams.stateDir", settings.streams().stateDir()));
      findings.addAll(ModelChecks.all(settings.train()));
      findings.add(Checks.nativeLibrary(settings.train()));
      findings.add(Checks.sandbox(settings.judges()));
      findings.addAll(namedFiles(settings, System.getenv()));
    } catch (SettingsException e) {
      for (String problem : e.problems()) {
        findings.add(Finding.bad("settings", problem, "correct it; the other checks need it"));
      }
    }
    return findings;
  }

  /** What other settings name: judges, prompts, and where a token or a key is. */
  private static List<Finding> namedFiles(
      AlluviumSettings settings, Map<String, String> environment) {
    String prompts = settings.s3ft().prompts();
    OpenAiSettings server = settings.generate().openai();
    JudgeSettings judges = settings.judges();
    JudgeTools tools = new JudgeTools(judges.sandbox().toSandbox());
    return List.of(
        Checks.readable(
            "judges",
            "all there",
            "correct judges.skills or judges.fallback, or add the class under judges.classes",
            () -> new Judges(judges, tools)),
        Checks.readable(
            "s3ft.prompts",
            prompts.isEmpty() ? "built in" : prompts,
            "set s3ft.prompts to a directory of prompt files, or to nothing for the built-in ones",
            () -> PromptFiles.open(prompts)),
        Checks.readable(
            "dashboard token",
            "usable, or none",
            "put a token there, or leave dashboard.host at localhost and set none",
            () -> Dashboard.check(settings.dashboard(), environment)),
        Checks.readable(
            "http token",
            "usable, or none",
            "put a token there, or leave http.host at localhost and set none",
            () -> Endpoint.check(settings, environment)),
        Checks.readable(
            "generate.openai key",
            "usable, or none",
            "put the server's key there, or set no place if it wants none",
            () -> ApiKey.read(server, environment)),
        Checks.readable(
            "publish key",
            "usable, or none",
            "put the servers' key there, or set no place if they want none",
            () ->
                ApiKey.read(
                    "publish",
                    settings.publish().apiKeyFile(),
                    settings.publish().apiKeyVariable(),
                    environment)));
  }

  private static ObjectNode json(List<Finding> findings, boolean ok) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("ok", ok);
    ArrayNode checks = result.putArray("checks");
    for (Finding finding : findings) {
      checks
          .addObject()
          .put("check", finding.check())
          .put("ok", finding.ok())
          .put("found", finding.detail())
          .put("advice", finding.advice());
    }
    return result;
  }
}
