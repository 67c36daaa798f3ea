package org.longread.job.cli;

import java.util.ArrayList;
import java.util.List;
import org.longread.job.Units;
import org.longread.kernels.StreamingPlan;

/** The plan of streaming a model, in tables. */
final class StreamingReport {
  private static final String INDENT = "  ";
  private static final long LENGTH = 4096;
  private static final int ANSWERS = 16;

  private final StreamingPlan plan;
  private final CostModel cost;

  StreamingReport(StreamingPlan plan) {
    this.plan = plan;
    this.cost = new CostModel(plan.config());
  }

  /** What a token costs in a document of some length, its share of the head included. */
  static double perToken(CostModel cost, long length) {
    return cost.sparseDocument(length) / length + cost.head();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(budget());
    lines.add("");
    lines.addAll(bySweep());
    lines.add("");
    lines.addAll(inWords());
    return lines;
  }

  private List<String> budget() {
    return new TextTable()
        .row("memory for weights", Units.bytes(plan.weightsBytes()))
        .row("memory for documents", Units.bytes(plan.documentBytes()))
        .row("tokens per sweep, at most", Units.count(plan.tokensPerSweep()))
        .row("disk", Units.decimal(plan.rates().readBytesPerSecond()) + "B/s")
        .row("multiply-adds, all threads", Units.decimal(plan.rates().flopsPerSecond()) + "FLOP/s")
        .lines(INDENT);
  }

  private List<String> bySweep() {
    TextTable table =
        new TextTable()
            .row("tokens per sweep", "read", "a token", "reading", "computing", "tokens/s");
    double flops = flops();
    long most = Math.max(1, plan.tokensPerSweep());
    List<Long> sizes = new ArrayList<>(List.of(1L, (long) ANSWERS));
    for (long tokens = 256; tokens < most; tokens *= 4) {
      sizes.add(tokens);
    }
    sizes.add(most);
    for (long tokens : sizes.stream().filter(n -> n <= most).distinct().sorted().toList()) {
      long bytes = plan.sweepBytes(tokens);
      table.row(
          Units.count(tokens),
          Units.bytes(bytes),
          Units.bytes(bytes / tokens),
          Units.nanos(Math.round(1e9 * plan.readSeconds(tokens))),
          Units.nanos(Math.round(1e9 * plan.computeSeconds(tokens, flops))),
          Units.decimal(plan.tokensPerSecond(tokens, flops)));
    }
    return table.lines(INDENT);
  }

  private double flops() {
    return perToken(cost, Math.min(LENGTH, plan.config().maxPositions()));
  }

  private List<String> inWords() {
    double flops = flops();
    long knee = plan.knee(flops);
    String within =
        knee <= plan.tokensPerSweep()
            ? "which memory holds: reading hides behind computing"
            : "more than memory holds: reading is what it waits for";
    double step = plan.tokensPerSecond(ANSWERS, flops);
    double sweep = plan.tokensPerSecond(Math.max(1, plan.tokensPerSweep()), flops);
    String decode =
        step * 2 > sweep
            ? "generating pays"
            : "generating costs %s as much a token as reading: score or embed, or keep answers short"
                .formatted(Units.times(sweep / step));
    return List.of(
        INDENT + "knee: %s tokens in a sweep, %s".formatted(Units.count(knee), within),
        INDENT
            + "a step of %d answers reads %s, %s tokens/s: %s"
                .formatted(
                    ANSWERS, Units.bytes(plan.sweepBytes(ANSWERS)), Units.decimal(step), decode),
        INDENT
            + "(documents of %s tokens, every position scored; the slower of reading and computing counts)"
                .formatted(Units.count(Math.min(LENGTH, plan.config().maxPositions()))));
  }
}
