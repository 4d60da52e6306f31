package dev.alluvium.trainer.model.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import dev.alluvium.trainer.ParityFixture;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two threads of one process calculate with as many threads as each was given. */
final class ThreadsTest {
  private final ExecutorService one = Executors.newSingleThreadExecutor();
  private final ExecutorService two = Executors.newSingleThreadExecutor();

  @BeforeEach
  void loadLibrary() {
    TorchRuntime.open(ParityFixture.COMPUTE).close();
  }

  @AfterEach
  void end() {
    one.shutdown();
    two.shutdown();
  }

  @Test
  void eachKeepsItsNumberWhateverTheOtherSets() throws Exception {
    set(one, 3);
    set(two, 5);
    assertThat(used(one)).isEqualTo(3);
    assertThat(used(two)).isEqualTo(5);
    set(one, 2);
    assertThat(used(two)).isEqualTo(5);
    assertThat(used(one)).isEqualTo(2);
  }

  /** What {@link TorchRuntime#useThreads} guards against; should it go, so may the guard. */
  @Test
  void aNumberThatIsNotReadBackIsLostToAnotherThread() throws Exception {
    in(one, () -> run(() -> JniUtils.setNumThreads(3)));
    in(two, () -> run(() -> JniUtils.setNumThreads(5)));
    assertThat(used(one)).isEqualTo(5);
  }

  private static void set(ExecutorService thread, int threads) throws Exception {
    in(thread, () -> run(() -> TorchRuntime.useThreads(threads)));
  }

  private static int used(ExecutorService thread) throws Exception {
    return in(thread, JniUtils::getNumThreads);
  }

  private static boolean run(Runnable task) {
    task.run();
    return true;
  }

  private static <T> T in(ExecutorService thread, Callable<T> task) throws Exception {
    return thread.submit(task).get();
  }
}
