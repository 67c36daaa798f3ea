package org.longread.kernels.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.longread.kernels.checkpoint.SafetensorsFile;
import org.longread.kernels.forward.TransformerModel;

/**
 * Compares a model that computes in {@link org.longread.kernels.ops.ComputePrecision#FP8} with what
 * the published low-precision path gave, {@code lowprec_emulation.safetensors}, statistically: a
 * sum in another order may round to another bfloat16, and that another index to another set.
 */
final class LowPrecisionModel {
  static final String EXPECTED = "lowprec_emulation.safetensors";

  /** Noise of float32 before each rounding leaves 0.969 or more; float32 alone has 0.90 here. */
  private static final double LEAST_COSINE = 0.95;

  /** Float32 alone has 0.69. */
  private static final double LEAST_AGREEMENT = 0.85;

  /** Float32 alone has 0.95 in the deepest layer. */
  private static final double LEAST_OVERLAP = 0.96;

  private final SafetensorsFile expected;
  private final Comparison comparison;

  private LowPrecisionModel(SafetensorsFile expected, Comparison comparison) {
    this.expected = expected;
    this.comparison = comparison;
  }

  /** Whether a reference folder has such results. */
  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(EXPECTED));
  }

  static void verify(
      Path folder, TransformerModel rounded, int[] prompt, int topK, Comparison comparison) {
    SafetensorsFile expected = SafetensorsFile.open(folder.resolve(EXPECTED));
    TraceRecorder trace = new TraceRecorder();
    float[] logits = ModelVerification.logits(rounded, prompt, topK, trace);
    LowPrecisionModel results = new LowPrecisionModel(expected, comparison);
    results.logits(logits, prompt.length);
    results.sets(trace);
  }

  private void logits(float[] actual, int rows) {
    float[] reference = expected.floats("logits");
    if (reference.length != actual.length) {
      comparison.add(
          "fp8 logits", false, actual.length + " values (expected " + reference.length + ")");
      return;
    }
    int vocab = actual.length / rows;
    double cosines = 0;
    int agreements = 0;
    for (int i = 0; i < rows; i++) {
      float[] a = Arrays.copyOfRange(actual, i * vocab, (i + 1) * vocab);
      float[] b = Arrays.copyOfRange(reference, i * vocab, (i + 1) * vocab);
      cosines += dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
      agreements += ModelVerification.argmax(a) == ModelVerification.argmax(b) ? 1 : 0;
    }
    share("fp8 logits, mean cosine", cosines / rows, LEAST_COSINE);
    share("fp8 logits, same token", (double) agreements / rows, LEAST_AGREEMENT);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += (double) a[c] * b[c];
    }
    return sum;
  }

  private void sets(TraceRecorder trace) {
    for (int n = 0; expected.find("topk_indices." + n).isPresent(); n++) {
      String name = "topk_indices." + n;
      List<int[]> reference =
          Comparison.split(expected.ints(name), (int) expected.tensor(name).cols());
      List<int[]> actual = trace.rowsOf(name);
      double overlaps = 0;
      for (int i = 0; i < Math.min(reference.size(), actual.size()); i++) {
        Set<Integer> wanted = members(reference.get(i));
        Set<Integer> got = members(actual.get(i));
        int size = wanted.size();
        wanted.retainAll(got);
        overlaps += (double) wanted.size() / size;
      }
      share("fp8 " + name + ", overlap", overlaps / reference.size(), LEAST_OVERLAP);
    }
  }

  private static Set<Integer> members(int[] row) {
    return Arrays.stream(row).filter(s -> s >= 0).boxed().collect(Collectors.toSet());
  }

  private void share(String stage, double value, double least) {
    comparison.add(
        stage, value >= least, String.format(Locale.ROOT, "%.4f (at least %.2f)", value, least));
  }
}
