package dev.alluvium.trainer.model.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loaded native library on one device: the root owner of every array of a model.
 *
 * <p>Let a calculation end before the process ends, also on a signal: the library tears itself down
 * at exit, and a thread that is still inside it then crashes the process.
 */
public final class TorchRuntime implements AutoCloseable {
  /** The libtorch version our native bridge is built for. */
  private static final String TORCH_VERSION = "2.7.1";

  /** The NVIDIA driver's library. */
  private static final String DRIVER = "libcuda.so.1";

  private static final Logger log = LoggerFactory.getLogger(TorchRuntime.class);

  private final Compute compute;
  private final NDManager manager;

  private TorchRuntime(Compute compute, NDManager manager) {
    this.compute = compute;
    this.manager = manager;
  }

  /**
   * Loads libtorch (once per process) and checks that the device is there.
   *
   * @throws TorchException if the library cannot be loaded, has another version, or the device is
   *     missing
   */
  public static TorchRuntime open(Compute compute) {
    Engine engine = engine();
    if (!engine.getVersion().startsWith(TORCH_VERSION)) {
      throw new TorchException(
          "libtorch is %s: expected %s. Unset PYTORCH_LIBRARY_PATH or point it at that version"
              .formatted(engine.getVersion(), TORCH_VERSION));
    }
    if (compute.onCpu() && compute.precision() == Precision.BFLOAT16) {
      Processor.tooSlowForBfloat16().ifPresent(why -> log.warn("{}: use float32", why));
    }
    useThreads(compute.threads());
    chooseVectorKernels(engine);
    return new TorchRuntime(compute, engine.newBaseManager(device(compute, engine)));
  }

  /**
   * MKL's vector functions choose a kernel for the processor in their first call. Where two threads
   * make that call together, one of them may calculate with another kernel, and with it other last
   * bits: so the first call of those that {@code decoder.py} needs is made here, by one thread.
   */
  private static synchronized void chooseVectorKernels(Engine engine) {
    try (NDManager once = engine.newBaseManager(Device.cpu())) {
      once.ones(new Shape(1)).exp().log();
    }
  }

  /**
   * Sets how many threads calculate what the calling thread asks for. The library keeps the number
   * per calling thread, but one that has not calculated yet takes over what was set last by any: it
   * is therefore read back before another thread can set its own.
   */
  public static synchronized void useThreads(int threads) {
    JniUtils.setNumThreads(threads);
    int used = JniUtils.getNumThreads();
    if (used != threads) {
      throw new TorchException(
          "libtorch calculates with %d threads: expected %d".formatted(used, threads));
    }
  }

  private static Engine engine() {
    // Unless told otherwise, the library reports its use to its makers on some cloud machines.
    System.setProperty("OPT_OUT_TRACKING", "true");
    // Only silences advice about the graph executor, which Script switches off for every call.
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    // A call of its own stream would not wait for what the call before calculates.
    System.setProperty("ai.djl.pytorch.enable_cuda_stream", "false");
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException e) {
      throw new TorchException(unloadable(e), e);
    }
  }

  /** The libraries that are built for CUDA need the driver even to calculate on the CPU. */
  static String unloadable(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(DRIVER)) {
        return "libtorch for CUDA cannot be loaded: %s is missing, which comes with the NVIDIA driver. Run it where the driver is installed (a container needs --gpus all), or take the CPU's libraries or image"
            .formatted(DRIVER);
      }
    }
    return "libtorch cannot be loaded: expected PyTorch %s for this platform on the class path or under PYTORCH_LIBRARY_PATH"
        .formatted(TORCH_VERSION);
  }

  private static Device device(Compute compute, Engine engine) {
    if (compute.onCpu()) {
      return Device.cpu();
    }
    boolean cuda = engine.hasCapability("CUDA");
    if (!cuda || compute.gpu() >= engine.getGpuCount()) {
      throw new TorchException(
          ("device is %s, but this process has %d GPUs and a libtorch with %s. Use device cpu, or set PYTORCH_LIBRARY_PATH to the"
                  + " libraries of PyTorch %s built for CUDA, with PYTORCH_VERSION=%s and PYTORCH_FLAVOR=cu128")
              .formatted(
                  compute.device(),
                  engine.getGpuCount(),
                  cuda ? "CUDA" : "no CUDA",
                  TORCH_VERSION,
                  TORCH_VERSION));
    }
    return Device.gpu(compute.gpu());
  }

  public Compute compute() {
    return compute;
  }

  /** Whether libtorch comes with oneDNN, which multiplies packed matrices on the CPU. */
  boolean hasOneDnn() {
    return compute.onCpu() && Engine.getEngine("PyTorch").hasCapability("MKLDNN");
  }

  /** A new owner of arrays on the device; close it to free them. */
  public NDManager newScope() {
    return manager.newSubManager();
  }

  /** Frees every array that is still open. */
  @Override
  public void close() {
    manager.close();
  }
}
