package org.longread.kernels.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.SafetensorsFile;
import org.longread.kernels.checkpoint.TensorInfo;

/**
 * One case of a golden kernel file. Everything is checked as it is read, so that computing on it
 * cannot leave an array.
 *
 * @param tensors the file
 * @param prefix what the names of the case's tensors begin with
 * @param parameters the case's entry in kernels.json
 */
record ReferenceCase(SafetensorsFile tensors, String prefix, JsonNode parameters) {
  private static final int LARGEST = 1 << 24;

  /** What a comparison with one of its tensors is called. */
  String stage(String tensor) {
    return prefix + tensor;
  }

  boolean has(String tensor) {
    return tensors.find(stage(tensor)).isPresent();
  }

  /** Size of a tensor along one axis, 1 or more. */
  int size(String tensor, int axis) {
    List<Long> shape = tensors.tensor(stage(tensor)).shape();
    if (axis >= shape.size() || shape.get(axis) < 1 || shape.get(axis) > LARGEST) {
      String rule = " (expected 1.." + LARGEST + " along axis " + axis + ")";
      throw unreadable(tensor, "shape " + shape + rule);
    }
    return Math.toIntExact(shape.get(axis));
  }

  float[] floats(String tensor, int... shape) {
    return tensors.floats(checked(tensor, shape).name());
  }

  double[] doubles(String tensor, int... shape) {
    return tensors.doubles(checked(tensor, shape).name());
  }

  byte[] bytes(String tensor, int... shape) {
    return tensors.bytes(checked(tensor, shape).name());
  }

  /** Integers of [least, most]. */
  int[] ints(String tensor, int least, int most, int... shape) {
    int[] values = tensors.ints(checked(tensor, shape).name());
    for (int i = 0; i < values.length; i++) {
      if (values[i] < least || values[i] > most) {
        String rule = " (expected " + least + ".." + most + ")";
        throw unreadable(tensor, "element " + i + " is " + values[i] + rule);
      }
    }
    return values;
  }

  private TensorInfo checked(String tensor, int... shape) {
    List<Long> expected = IntStream.of(shape).asLongStream().boxed().toList();
    return tensors.tensor(stage(tensor), expected);
  }

  private CheckpointException unreadable(String tensor, String what) {
    return new CheckpointException(
        "Cannot read " + tensors.path() + ": tensor " + stage(tensor) + ": " + what);
  }

  /** A parameter that is an integer of 1 and more. */
  int integer(String key) {
    JsonNode value = parameters.path(key);
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > LARGEST) {
      throw invalid(key, value, "expected an integer of 1.." + LARGEST);
    }
    return value.intValue();
  }

  /** A parameter that is a finite number above 0. */
  double number(String key) {
    JsonNode value = parameters.path(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || value.doubleValue() <= 0) {
      throw invalid(key, value, "expected a finite number above 0");
    }
    return value.doubleValue();
  }

  /** A parameter that is true or false. */
  boolean flag(String key) {
    JsonNode value = parameters.path(key);
    if (!value.isBoolean()) {
      throw invalid(key, value, "expected true or false");
    }
    return value.booleanValue();
  }

  private CheckpointException invalid(String key, JsonNode value, String rule) {
    String found = value.isMissingNode() ? "missing" : value.toString();
    String what = "Invalid " + stage(key) + ": " + found + " (" + rule + ")";
    return new CheckpointException("Cannot read " + KernelVerification.INDEX + ": " + what);
  }
}
