package org.longread.job.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.longread.job.Units;
import org.longread.kernels.StreamingPlan;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.WeightSizes;

/** What documents would take on machines that are assumed, resident and streamed, CPU and GPU. */
final class DryRunReport {
  private static final String INDENT = "  ";
  private static final int[] LENGTHS = {1, 2, 4, 8, 16, 32, 64, 128};

  private final ModelConfig config;
  private final CostModel cost;
  private final WeightSizes sizes;
  private final Machines machines;
  private final StreamingPlan cpu;

  /**
   * What is assumed.
   *
   * @param executors how many there are
   * @param gpuFlopsPerSecond of one GPU, as it is reached
   * @param gpuBytes of memory of one GPU
   */
  record Machines(int executors, double gpuFlopsPerSecond, long gpuBytes) {}

  /**
   * A report.
   *
   * @param cpu the plan of streaming on one executor
   */
  DryRunReport(StreamingPlan cpu, Machines machines) {
    this.config = cpu.config();
    this.cost = new CostModel(config);
    this.sizes = cpu.sizes();
    this.machines = machines;
    this.cpu = cpu;
  }

  /** Seconds of one executor, or one GPU, per document. */
  List<String> byDocument() {
    TextTable table =
        new TextTable()
            .row(
                "tokens",
                "FLOPs",
                "dense",
                "CPU resident",
                "CPU streamed",
                "GPU resident",
                "GPU streamed",
                "documents/day");
    for (int k : LENGTHS) {
      long length = k * 1024L;
      if (length <= config.maxPositions()) {
        row(table, k + "K", length);
      }
    }
    return table.lines(INDENT);
  }

  private void row(TextTable table, String name, long length) {
    double flops = cost.sparseDocument(length);
    double onCpu = flops / cpu.rates().flopsPerSecond();
    double onGpu = flops / machines.gpuFlopsPerSecond();
    long sweep = Math.max(1, cpu.tokensPerSweep());
    double reading = cpu.readSeconds(sweep) / sweep * length;
    double streamed = Math.max(onCpu, reading);
    table.row(
        name,
        Units.decimal(flops),
        Units.decimal(cost.denseDocument(length)),
        Units.seconds(onCpu),
        length <= sweep ? Units.seconds(streamed) : "-",
        Units.seconds(onGpu),
        length <= sweep ? Units.seconds(Math.max(onGpu, reading)) : "-",
        length <= sweep ? Units.count(Math.round(machines.executors() * 86_400 / streamed)) : "-");
  }

  /** What holds the model. */
  List<String> needed() {
    long packed = sizes.all().packed();
    long gpus = (packed + machines.gpuBytes() - 1) / machines.gpuBytes();
    return List.of(
        INDENT
            + "resident: %s in one executor's heap, or %d GPUs of %s"
                .formatted(Units.bytes(packed), gpus, Units.bytes(machines.gpuBytes())),
        INDENT
            + "streamed: %s for weights, which is %s of the model"
                .formatted(
                    Units.bytes(cpu.weightsBytes()),
                    Units.fixed(100.0 * cpu.weightsBytes() / packed, 2) + " %"),
        INDENT
            + "assumed: %s executors; disk %sB/s, CPU %sFLOP/s each; a GPU %sFLOP/s (rates as reached)"
                .formatted(
                    Units.count(machines.executors()),
                    Units.decimal(cpu.rates().readBytesPerSecond()),
                    Units.decimal(cpu.rates().flopsPerSecond()),
                    Units.decimal(machines.gpuFlopsPerSecond())),
        INDENT
            + "seconds are of one executor, or of one GPU's arithmetic; documents a day are of all"
            + " executors, streamed");
  }

  /** What one decoded token reads of caches as published engines keep them. */
  List<String> cacheReads() {
    TextTable table =
        new TextTable()
            .row("position", "dense bf16 MB", "dense fp8 MB", "index MB", "kept MB", "sparse MB");
    for (int k : Arrays.stream(LENGTHS).filter(k -> k * 1024L <= config.maxPositions()).toArray()) {
      CostModel.CacheReads reads = cost.cacheReads(k * 1024.0);
      List<String> row = new ArrayList<>(List.of(k + "K"));
      for (double bytes :
          new double[] {
            reads.denseBf16(), reads.denseFp8(), reads.index(), reads.kept(), reads.sparse()
          }) {
        row.add(Units.fixed(bytes / 1e6, 0));
      }
      table.row(row.toArray(String[]::new));
    }
    return table.lines(INDENT);
  }
}
