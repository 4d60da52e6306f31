package dev.alluvium.trainer.model.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;

/** What is told of a library that cannot be loaded; the causes are those that DJL gives. */
class UnloadableTest {
  private static String told(String cause) {
    return TorchRuntime.unloadable(
        new EngineException(
            "Failed to load PyTorch native library", new UnsatisfiedLinkError(cause)));
  }

  @Test
  void aMissingDriverIsNamed() {
    assertThat(
            told(
                "torch/lib/libcaffe2_nvrtc.so: libcuda.so.1: cannot open shared object file: No such file or directory"))
        .contains("libcuda.so.1 is missing", "NVIDIA driver", "--gpus all");
  }

  @Test
  void anythingElseAsksForTheRightVersion() {
    assertThat(told("torch/lib/libtorch_cpu.so: file too short"))
        .contains("expected PyTorch 2.7.1", "PYTORCH_LIBRARY_PATH")
        .doesNotContain("driver");
  }
}
