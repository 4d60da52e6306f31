package dev.alluvium.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a trainer and a worker fit into one process, and how they share its cores. */
class OneProcessTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 8, 4, 4",
    "0, 0, 3, 2, 1",
    "0, 0, 1, 1, 1",
    "5, 0, 8, 5, 3",
    "8, 0, 8, 8, 1",
    "0, 2, 8, 6, 2",
    "0, 8, 8, 1, 8",
    "3, 4, 8, 3, 4"
  })
  void threadsThatAreNotSetShareTheCores(
      int train, int generate, int cores, int training, int answering) {
    OneProcess both =
        OneProcess.of(
            TrainSettingsTest.settings("lora", "cpu", train),
            GenerateSettingsTest.local("cpu", "float32", generate),
            cores);
    assertThat(both.train().threads()).isEqualTo(training);
    assertThat(both.generate().threads()).isEqualTo(answering);
    assertThat(both.crowds(cores)).isEqualTo(cores > 1 && training + answering > cores);
  }

  @Test
  void onlyTheThreadsChange() {
    TrainSettings train = TrainSettingsTest.settings("lora", "cpu", 0);
    GenerateSettings generate = GenerateSettingsTest.local("cpu", "float32", 0);
    OneProcess both = OneProcess.of(train, generate, 8);
    assertThat(both.train().withThreads(0)).isEqualTo(train);
    assertThat(both.generate().withThreads(0)).isEqualTo(generate);
  }

  @Test
  void onAGpuThreadsStayAsTheyAre() {
    TrainSettings train = TrainSettingsTest.settings("lora", "cuda", 0);
    GenerateSettings generate = GenerateSettingsTest.local("cuda", "float32", 0);
    assertThat(OneProcess.of(train, generate, 8)).isEqualTo(new OneProcess(train, generate));
  }

  @Test
  void aWorkerThatCannotAnswerOnTheTrainersWeightsIsRefused() {
    GenerateSettings local = GenerateSettingsTest.local("cpu", "float32", 0);
    assertThatThrownBy(() -> OneProcess.of(TrainSettingsTest.settings("full", "cpu", 0), local, 8))
        .hasMessageContaining("train.method is full")
        .hasMessageContaining("Run alluvium generate beside it");
    assertThatThrownBy(() -> OneProcess.of(TrainSettingsTest.settings("lora", "cuda", 0), local, 8))
        .hasMessageContaining("generate.device is cpu and train.device cuda");
    assertThatThrownBy(
            () ->
                OneProcess.of(
                    TrainSettingsTest.settings("lora", "cpu", 0),
                    GenerateSettingsTest.local("cpu", "bfloat16", 0),
                    8))
        .hasMessageContaining("generate.dtype is bfloat16 and train.dtype float32");
  }

  @Test
  void aServerAnswersBesideAnyTrainer() {
    TrainSettings full = TrainSettingsTest.settings("full", "cuda", 0);
    GenerateSettings server = GenerateSettingsTest.server();
    OneProcess both = OneProcess.of(full, server, 8);
    assertThat(both).isEqualTo(new OneProcess(full, server));
    assertThat(both.crowds(8)).isFalse();
  }
}
