package dev.alluvium.trainer.model.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A loaded TorchScript module: calls a method by name with arrays and lists of arrays. */
final class Script implements AutoCloseable {
  private static final String SOURCE = "/torchscript/decoder.py";

  /** The rest of the class, which needs oneDNN, and what takes its place without it. */
  static final String PACKED = "/torchscript/packed.py";

  static final String PLAIN = "/torchscript/plain.py";
  private static final String MODULE = "Decoder";

  /**
   * Names of list arguments, by position: the bridge gathers arrays of one such name into a list.
   */
  private static final String[] LIST_NAMES = {
    "a0[]", "a1[]", "a2[]", "a3[]", "a4[]", "a5[]", "a6[]", "a7[]", "a8[]", "a9[]"
  };

  /**
   * Not libtorch's inference mode, whose results could neither be changed in place later nor meet
   * the gradient of its own attention.
   */
  private static final boolean ORDINARY = true;

  private final NDManager owner;
  private final PtSymbolBlock module;
  private final Map<String, NDArray> markers = new ConcurrentHashMap<>();

  private Script(NDManager owner, PtSymbolBlock module) {
    this.owner = owner;
    this.module = module;
  }

  /**
   * Packs and loads the decoder source with these module attributes.
   *
   * @param products {@link #PACKED} or {@link #PLAIN}
   */
  static Script load(TorchRuntime runtime, Map<String, Object> attributes, String products) {
    NDManager owner = runtime.newScope();
    try {
      Path archive = Files.createTempFile("alluvium-", ".pt");
      try {
        try (OutputStream out = Files.newOutputStream(archive)) {
          String source = read(SOURCE) + read(products);
          TorchScriptArchive.write(MODULE, source, attributes, out);
        }
        return new Script(
            owner,
            JniUtils.loadModule(
                (PtNDManager) owner, archive, true, new String[0], new String[0], true));
      } finally {
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      owner.close();
      throw new UncheckedIOException(
          "TorchScript archive cannot be written to the temporary directory", e);
    }
  }

  private static String read(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Calls a method.
   *
   * @param scope becomes the owner of the results
   * @param arguments each an {@link NDArray}; a non-empty {@link NDList} for a {@code
   *     List[Tensor]}; or numbers, {@code double[]} or {@code long[]}, which the method gets as a
   *     float64 or int64 array on the CPU, where reading them waits for no other device
   */
  NDList call(NDManager scope, String method, Object... arguments) {
    // The switch belongs to the calling thread. The optimizing executor specialises for the shapes
    // of the first calls, which costs
    // more than it gains when every batch has another length.
    JniUtils.setGraphExecutorOptimize(false);
    try (NDManager numbers = owner.newSubManager(Device.cpu())) {
      NDList inputs = new NDList();
      inputs.add(marker(method));
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] instanceof NDList list) {
          for (NDArray array : list) {
            inputs.add(named(array, LIST_NAMES[i]));
          }
        } else if (arguments[i] instanceof double[] values) {
          inputs.add(numbers.create(values));
        } else if (arguments[i] instanceof long[] values) {
          inputs.add(numbers.create(values));
        } else {
          inputs.add(named((NDArray) arguments[i], null));
        }
      }
      NDList results = IValueUtils.forward(module, inputs, ORDINARY);
      results.attach(scope);
      return results;
    }
  }

  /**
   * Calls a method where the call itself must cost little, in libtorch's inference mode: the
   * results can be calculated with, but not be changed in place by {@link #call}.
   *
   * @param scope becomes the owner of the results
   * @param arguments each an {@link NDArray}, {@link ArrayLists}, a {@code Double}, an {@code
   *     Integer}, or a {@code long[]} for a {@code List[int]}
   */
  NDList infer(NDManager scope, String method, Object... arguments) {
    JniUtils.setGraphExecutorOptimize(false);
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = value(arguments[i]);
      }
      try (IValue result = IValueUtils.runMethod(module, method, values)) {
        return result.toNDList((PtNDManager) scope);
      }
    } finally {
      for (int i = 0; i < arguments.length; i++) {
        if (values[i] != null && !(arguments[i] instanceof ArrayLists)) {
          values[i].close();
        }
      }
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof ArrayLists lists) {
      return lists.value();
    }
    if (argument instanceof NDArray array) {
      return IValue.from((PtNDArray) array);
    }
    if (argument instanceof Double number) {
      return IValue.from(number);
    }
    if (argument instanceof Integer number) {
      return IValue.from((long) number);
    }
    return IValue.listFrom((long[]) argument);
  }

  /**
   * A name stays on an array, so it is set at every use; written only if it differs: threads share
   * frozen weights, which therefore stand at the same place in every method that takes them.
   */
  private static NDArray named(NDArray array, @Nullable String name) {
    if (!Objects.equals(array.getName(), name)) {
      array.setName(name);
    }
    return array;
  }

  private NDArray marker(String method) {
    return markers.computeIfAbsent(
        method,
        name -> {
          NDArray array = owner.zeros(new Shape(1));
          array.setName("module_method:" + name);
          return array;
        });
  }

  @Override
  public void close() {
    module.close();
    owner.close();
  }
}
