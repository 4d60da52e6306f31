package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an optimizer trains: an ordered list of named float32 arrays, of a whole model or of an
 * adapter.
 */
public record Parameters(List<Parameter> list) {
  public Parameters {
    list = List.copyOf(list);
    Set<String> names = new HashSet<>();
    for (Parameter parameter : list) {
      if (!names.add(parameter.name())) {
        throw new IllegalArgumentException("two parameters are named " + parameter.name());
      }
    }
  }

  /** The arrays, in order. */
  public NDList values() {
    return new NDList(list.stream().map(Parameter::value).toArray(NDArray[]::new));
  }

  /** Where their gradients are collected, in the same order. */
  public NDList gradients() {
    return new NDList(list.stream().map(Parameter::gradient).toArray(NDArray[]::new));
  }

  /** How many numbers are trained. */
  public long count() {
    return list.stream().mapToLong(p -> p.value().size()).sum();
  }
}
