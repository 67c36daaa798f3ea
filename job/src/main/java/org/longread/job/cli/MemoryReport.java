package org.longread.job.cli;

import java.util.ArrayList;
import java.util.List;
import org.longread.job.Units;
import org.longread.kernels.MemoryPlan;
import org.longread.kernels.MemoryPlan.TokenBytes;
import org.longread.kernels.ops.IndexPrecision;

/** The memory plan of a checkpoint in tables. */
final class MemoryReport {
  private static final String INDENT = "  ";

  private final MemoryPlan plan;
  private final long heapBytes;

  MemoryReport(MemoryPlan plan, long heapBytes) {
    this.plan = plan;
    this.heapBytes = heapBytes;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(perToken());
    lines.add("");
    lines.addAll(byLength());
    lines.add("");
    lines.addAll(fit());
    return lines;
  }

  private List<String> perToken() {
    TextTable table =
        new TextTable()
            .row("weights, once per executor", Units.bytes(plan.weightBytes()))
            .row("JVM, beside the heap", Units.bytes(MemoryPlan.FIXED_BYTES));
    for (IndexPrecision precision : IndexPrecision.values()) {
      TokenBytes bytes = plan.tokenBytes(precision);
      table.row(
          "cache per token, index keys " + Units.name(precision),
          Units.bytes(bytes.total()),
          "= latents " + Units.bytes(bytes.latent()),
          "+ rope keys " + Units.bytes(bytes.rope()),
          "+ index keys " + Units.bytes(bytes.index()));
    }
    return table.lines(INDENT);
  }

  private List<String> byLength() {
    TextTable table =
        new TextTable().row("tokens", "cache f32", "cache int8", "work space", "in all, f32");
    long most = Math.max(1024, plan.config().maxPositions());
    for (long tokens = 1024; tokens <= most; tokens = next(tokens, most)) {
      long cache = plan.cacheBytes(tokens, IndexPrecision.F32);
      table.row(
          tokens / 1024 + "K",
          Units.bytes(cache),
          Units.bytes(plan.cacheBytes(tokens, IndexPrecision.INT8)),
          Units.bytes(plan.workBytes(tokens)),
          Units.bytes(plan.peakBytes(cache) + plan.workBytes(tokens)));
    }
    return table.lines(INDENT);
  }

  /** Twice as much, and the most as the last. */
  private static long next(long tokens, long most) {
    return tokens < most && tokens * 2 > most ? most : tokens * 2;
  }

  private List<String> fit() {
    long longest = plan.longestDocument(heapBytes, IndexPrecision.F32);
    String heap = INDENT + "in a heap of " + Units.bytes(heapBytes);
    if (longest == 0) {
      return List.of(
          heap
              + " the model does not fit and is streamed: raise -Xmx or spark.executor.memory to keep it there");
    }
    return List.of(
        "%s: one document of %s tokens with f32 index keys, of %s with int8"
            .formatted(
                heap,
                Units.count(longest),
                Units.count(plan.longestDocument(heapBytes, IndexPrecision.INT8))),
        INDENT
            + "(the model reads %s; work space is for %d threads and chunks of %d tokens)"
                .formatted(
                    Units.count(plan.config().maxPositions()), plan.threads(), plan.chunkTokens()));
  }
}
