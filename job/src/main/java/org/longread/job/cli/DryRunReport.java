package org.longread.job.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.longread.job.Units;
import org.longread.kernels.MemoryPlan;
import org.longread.kernels.StreamingPlan;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.WeightSizes;
import org.longread.kernels.ops.IndexPrecision;

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
   * @param usdPerHour price of one executor; 0 if not known
   */
  record Machines(int executors, double gpuFlopsPerSecond, long gpuBytes, double usdPerHour) {}

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
                "documents/day",
                "USD/document");
    for (int k : lengths()) {
      row(table, k + "K", k * 1024L);
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
    boolean sweeps = length <= sweep;
    table.row(
        name,
        Units.decimal(flops),
        Units.decimal(cost.denseDocument(length)),
        Units.seconds(onCpu),
        sweeps ? Units.seconds(streamed) : "-",
        Units.seconds(onGpu),
        sweeps && fitsOneGpu(length) ? Units.seconds(Math.max(onGpu, reading)) : "-",
        sweeps ? Units.count(Math.round(machines.executors() * 86_400 / streamed)) : "-",
        sweeps && machines.usdPerHour() > 0
            ? Units.usd(streamed / 3600 * machines.usdPerHour())
            : "-");
  }

  /** Streamed weights and the caches of a document of that length. */
  private boolean fitsOneGpu(long length) {
    return cpu.weightsBytes() + cacheBytes(length) <= machines.gpuBytes();
  }

  private long cacheBytes(long tokens) {
    return tokens * new MemoryPlan(config, 0, 1, 1).tokenBytes(IndexPrecision.F32).total();
  }

  /** GPUs that hold the weights and the caches of one document of a length. */
  private long gpus(long length) {
    long bytes = sizes.all().packed() + cacheBytes(length);
    return (bytes + machines.gpuBytes() - 1) / machines.gpuBytes();
  }

  /** What holds the model. */
  List<String> needed() {
    long packed = sizes.all().packed();
    long longest = lengths()[lengths().length - 1] * 1024L;
    return List.of(
        INDENT
            + "resident: %s in one executor's heap, or %d GPUs of %s, %d with the caches of %s tokens (%s)"
                .formatted(
                    Units.bytes(packed),
                    gpus(0),
                    Units.bytes(machines.gpuBytes()),
                    gpus(longest),
                    Units.count(longest),
                    Units.bytes(cacheBytes(longest))),
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
            + " executors, streamed; USD of one, streamed, with --usd-per-hour; - where weights and"
            + " caches do not fit");
  }

  /** What a query at a position costs, as the published cost model counts it, selected or not. */
  List<String> flopsOfAQuery() {
    TextTable table =
        new TextTable()
            .row(
                "position",
                "dense MHA GF",
                "dense MQA GF",
                "indexer GF",
                "sparse core GF",
                "sparse sum GF",
                "ReLU and sums GF");
    for (int k : lengths()) {
      double keys = k * 1024.0;
      double core = cost.absorbed(Math.min(keys, config.indexer().topK()));
      table.row(
          k + "K",
          giga(cost.expanded(keys)),
          giga(cost.absorbed(keys)),
          giga(cost.indexProducts(keys)),
          giga(core),
          giga(cost.indexProducts(keys) + core),
          giga(cost.indexSums(keys)));
    }
    return table.lines(INDENT);
  }

  private static String giga(double flops) {
    return Units.fixed(flops / 1e9, 1);
  }

  private int[] lengths() {
    return Arrays.stream(LENGTHS).filter(k -> k * 1024L <= config.maxPositions()).toArray();
  }

  /** What one decoded token reads of caches as published engines keep them. */
  List<String> cacheReads() {
    TextTable table =
        new TextTable()
            .row("position", "dense bf16 MB", "dense fp8 MB", "index MB", "kept MB", "sparse MB");
    for (int k : lengths()) {
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
