package org.longread.job.cli;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.longread.kernels.BackendStatus;
import org.longread.kernels.bench.BenchBackend;
import org.longread.kernels.bench.SpeedReport;

/** What the engine runs on: vector module, fused multiply-add, backends, tokenizer. */
final class EngineChecks {
  private static final int FMA_ROUNDS = 200_000;
  private static final double SLOW_FMA_NANOS = 50;
  private static final String SLOW_WAY_OUT = "; try another JDK (17 to 25), and report this one";

  private EngineChecks() {}

  static List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(vectorModule());
    findings.add(fusedMultiplyAdd());
    boolean taken = false;
    for (BackendStatus backend : BackendStatus.survey()) {
      findings.add(backend(backend, taken));
      if (!taken && backend.problem().isEmpty()) {
        findings.addAll(speed(backend.name()));
      }
      taken = taken || backend.problem().isEmpty();
    }
    findings.add(tokenizer());
    return findings;
  }

  private static Finding vectorModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? Finding.ok("vector module", "jdk.incubator.vector is present")
        : Finding.warn(
            "vector module",
            "absent, so that only the scalar backend runs",
            "start the JVM with --add-modules=jdk.incubator.vector (spark-submit does)");
  }

  /** Without the instruction, Java computes Math.fma in big decimals, a thousand times slower. */
  private static Finding fusedMultiplyAdd() {
    double nanos = Double.MAX_VALUE;
    float sum = 0;
    for (int repeat = 0; repeat < 5; repeat++) {
      long start = System.nanoTime();
      for (int i = 0; i < FMA_ROUNDS; i++) {
        sum = Math.fma(sum, 0.5f, i);
      }
      nanos = Math.min(nanos, (double) (System.nanoTime() - start) / FMA_ROUNDS);
    }
    String detail =
        String.format(Locale.ROOT, "%.1f ns per Math.fma%s", nanos, Float.isNaN(sum) ? "!" : "");
    return nanos < SLOW_FMA_NANOS
        ? Finding.ok("FMA", "in hardware, " + detail)
        : Finding.warn("FMA", "in software, " + detail, "use a processor with fused multiply-add");
  }

  private static Finding backend(BackendStatus backend, boolean betterTaken) {
    String subject = "backend " + backend.name();
    if (backend.problem().isPresent()) {
      return Finding.warn(subject, "passed over", backend.problem().get());
    }
    String use = betterTaken ? "available" : "auto takes it";
    return Finding.ok(
        subject, use + ", on " + backend.device() + "; self check equals the scalar reference");
  }

  /** A line for each kernel of the backend that will be used. */
  private static List<Finding> speed(String backend) {
    List<Finding> findings = new ArrayList<>();
    for (SpeedReport.Kernel kernel : BenchBackend.choose(backend).speed().kernels()) {
      String detail =
          String.format(
              Locale.ROOT,
              "%s: %.0f %% of the multiply-add rate",
              kernel.name(),
              100 * kernel.share());
      findings.add(
          kernel.isSlow()
              ? Finding.warn("kernel speed", detail, kernel.warning() + SLOW_WAY_OUT)
              : Finding.ok("kernel speed", detail));
    }
    return findings;
  }

  private static Finding tokenizer() {
    try {
      LibUtils.checkStatus();
      return Finding.ok("tokenizer", "native library of Hugging Face tokenizers loads");
    } catch (LinkageError | RuntimeException e) {
      return Finding.fail(
          "tokenizer",
          "native library does not load: " + e,
          "DJL_CACHE_DIR names a folder it can be unpacked to; or give token ids (tokens-column)");
    }
  }
}
