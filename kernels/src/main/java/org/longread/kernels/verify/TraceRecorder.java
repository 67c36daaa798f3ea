package org.longread.kernels.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.longread.kernels.forward.ForwardTrace;
import org.longread.kernels.ops.Rows;

/** Keeps what a forward pass shows, row by row. */
final class TraceRecorder implements ForwardTrace {
  private final Map<String, Map<Integer, float[]>> floatRows = new HashMap<>();
  private final Map<String, Map<Integer, int[]>> intRows = new HashMap<>();

  @Override
  public boolean isActive() {
    return true;
  }

  @Override
  public void rows(String name, int firstRow, int rows, int width, Rows values) {
    Map<Integer, float[]> kept = floatRows.computeIfAbsent(name, n -> new HashMap<>());
    for (int i = 0; i < rows; i++) {
      int at = values.at(i);
      kept.put(firstRow + i, Arrays.copyOfRange(values.data(), at, at + width));
    }
  }

  @Override
  public void indices(String name, int firstRow, int rows, int width, int[] values) {
    Map<Integer, int[]> kept = intRows.computeIfAbsent(name, n -> new HashMap<>());
    for (int i = 0; i < rows; i++) {
      kept.put(firstRow + i, Arrays.copyOfRange(values, i * width, (i + 1) * width));
    }
  }

  boolean has(String name) {
    return floatRows.containsKey(name);
  }

  /** All rows of integers in order. */
  List<int[]> rowsOf(String name) {
    Map<Integer, int[]> kept = intRows.getOrDefault(name, Map.of());
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; kept.containsKey(i); i++) {
      rows.add(kept.get(i));
    }
    return rows;
  }

  /** All rows of floats in order; those narrower than the widest end in minus infinity. */
  float[] floats(String name, int rows) {
    Map<Integer, float[]> kept = floatRows.getOrDefault(name, Map.of());
    int width = kept.values().stream().mapToInt(row -> row.length).max().orElse(0);
    float[] all = new float[rows * width];
    Arrays.fill(all, Float.NEGATIVE_INFINITY);
    kept.forEach((i, row) -> System.arraycopy(row, 0, all, i * width, row.length));
    return all;
  }
}
