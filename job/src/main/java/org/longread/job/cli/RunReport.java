package org.longread.job.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.longread.job.Credentials;
import org.longread.job.ExecutorHealth;
import org.longread.job.RunSummary;
import org.longread.job.Units;
import org.longread.kernels.EngineStats;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.ops.Stage;

/** The last words of a run. */
final class RunReport {
  private RunReport() {}

  static void print(RunSummary run, String output, PrintWriter out) {
    if (run.documentsBefore() == run.documents() && run.wallNanos() == 0) {
      out.printf(
          "Complete already: %s rows for %s documents, %s failed; nothing was computed%n",
          Units.count(run.rows()), Units.count(run.documents()), failed(run));
      printSuspicions(run, out);
      printPaths(output, out);
      return;
    }
    double seconds = run.wallNanos() / 1e9;
    out.printf(
        "%s rows for %s documents in %s, %s failed%n",
        Units.count(run.rows()), Units.count(run.documents()), Units.seconds(seconds), failed(run));
    if (run.documentsBefore() > 0) {
      out.printf(
          "  resumed     %s documents were done before%n", Units.count(run.documentsBefore()));
    }
    long tokens = run.inputTokens() + run.outputTokens();
    out.printf(
        "  tokens      %s read, %s written, %s per second%n",
        Units.count(run.inputTokens()),
        Units.count(run.outputTokens()),
        Units.count(Math.round(tokens / Math.max(seconds, 1e-9))));
    out.printf("  backend     %s%n", String.join("; ", run.backends()));
    out.printf("  time        %s%n", shares(run.stats()));
    out.printf("  FLOPs       %s%n", flops(run.stats()));
    if (run.stats().weights().readBytes() > 0) {
      out.printf("  weights     %s%n", weights(run.stats().weights(), tokens, seconds));
    }
    out.printf("  memory      %s%n", memory(run.executor()));
    run.executor().slowKernels().forEach(slow -> out.printf("  warning     %s%n", slow));
    printSuspicions(run, out);
    run.costUsd().ifPresent(usd -> out.printf("  cost        %.4f USD%n", usd));
    printPaths(output, out);
  }

  private static void printSuspicions(RunSummary run, PrintWriter out) {
    if (run.suspicions().documents() > 0) {
      out.printf(
          "  warning     %s documents look wrong:%n", Units.count(run.suspicions().documents()));
      run.suspicions().examples().forEach(example -> out.printf("              %s%n", example));
    }
  }

  private static String failed(RunSummary run) {
    return run.failedRows() == 0 ? "none" : Units.count(run.failedRows());
  }

  private static void printPaths(String given, PrintWriter out) {
    String output = Credentials.leftOut(given);
    out.printf("  results     %s/results/*.arrow%n", output);
    out.printf("  statistics  %s/stats/*.arrow%n", output);
    out.printf("  manifest    %s/manifest.json%n", output);
    out.flush();
  }

  private static String weights(StreamedWeights.Work work, long tokens, double seconds) {
    return "streamed: %s read, %s a token, %s a second; %s waited for"
        .formatted(
            Units.bytes(work.readBytes()),
            Units.bytes(work.readBytes() / Math.max(1, tokens)),
            Units.bytes(Math.round(work.readBytes() / Math.max(seconds, 1e-9))),
            Units.nanos(work.waitNanos()));
  }

  private static String memory(ExecutorHealth executor) {
    String planned = Units.bytes(executor.plannedBytes()) + " planned per executor";
    return executor.peakBytes() == 0
        ? planned
        : "%s, %s at its peak".formatted(planned, Units.bytes(executor.peakBytes()));
  }

  private static String shares(EngineStats stats) {
    double total = stats.totalNanos();
    return Arrays.stream(Stage.values())
        .map(stage -> Units.name(stage) + " " + Units.percent(stats.nanos().get(stage) / total))
        .collect(Collectors.joining(", "));
  }

  private static String flops(EngineStats stats) {
    String all = Units.decimal(stats.totalFlops());
    if (stats.denseEquivalentFlops() <= stats.totalFlops()) {
      return all;
    }
    double saved = (double) stats.denseEquivalentFlops() / stats.totalFlops();
    return "%s; dense would take at least %s, %s as many"
        .formatted(all, Units.decimal(stats.denseEquivalentFlops()), Units.times(saved));
  }
}
