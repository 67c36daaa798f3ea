package org.longread.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.longread.job.InvalidRunException;
import org.longread.kernels.bench.BenchBackend;
import org.longread.kernels.bench.BenchPreset;
import org.longread.kernels.bench.DeviceBench;
import org.longread.kernels.bench.DeviceBench.Cost;

/** What a device's kernels cost by length, printed, and as a file for others to compare with. */
final class DeviceReport {
  /** A line of JSON for each measurement. */
  static final String FILE = "device.jsonl";

  private static final String INDENT = "  ";
  private static final double MILLION = 1e6;

  private final Ink ink;
  private final PrintWriter out;

  DeviceReport(Ink ink, PrintWriter out) {
    this.ink = ink;
    this.out = out;
  }

  /** Measures shapes at lengths; a length that does not fit is left out by name. */
  void print(
      BenchBackend backend,
      List<BenchPreset> shapes,
      List<Integer> lengths,
      int rounds,
      Path folder) {
    List<String> lines = new ArrayList<>();
    for (BenchPreset shape : shapes) {
      out.println();
      out.println(ink.strong(shape.name()) + "  " + shape.shape());
      out.flush();
      DeviceBench bench = backend.device(shape);
      List<Cost> costs = new ArrayList<>();
      for (int length : lengths) {
        try {
          costs.addAll(bench.measure(length, rounds));
        } catch (IllegalStateException e) {
          out.println(INDENT + Lengths.show(length) + " left out: " + e.getMessage());
        }
      }
      table(costs).lines(INDENT).forEach(out::println);
      costs.forEach(cost -> lines.add(json(backend, shape, cost)));
    }
    out.println();
    out.println(INDENT + "one layer, its cache on the device; a call of so many query rows;");
    out.println(
        INDENT + "GFLOP/s of the kernels, selecting in their time; host: CPU time of one thread");
    write(folder, lines);
    out.println();
    out.println("table    " + folder.resolve(FILE));
    out.flush();
  }

  private static TextTable table(List<Cost> costs) {
    TextTable table =
        new TextTable()
            .row("", "", "", "ms", "", "", "MB to", "", "s", "MB on", "ms", "as the")
            .row(
                "tokens", "rows", "part", "call", "kernels", "GFLOP/s", "device", "back", "compile",
                "device", "host", "host");
    for (Cost cost : costs) {
      table.row(
          Lengths.show(cost.at().tokens()),
          Integer.toString(cost.at().rows()),
          part(cost).replace('_', ' '),
          fixed(cost.wallNanos() / MILLION),
          fixed(cost.work().kernelNanos() / MILLION),
          fixed(cost.flops() / cost.work().kernelNanos()),
          fixed(cost.work().hostToDeviceBytes() / MILLION),
          fixed(cost.work().deviceToHostBytes() / MILLION),
          fixed(cost.compileNanos() / 1e9),
          fixed(cost.work().memoryBytes() / MILLION),
          fixed(cost.hostNanos() / MILLION),
          cost.same() ? "same" : "DIFFERS");
    }
    return table;
  }

  private static String part(Cost cost) {
    return cost.at().part().name().toLowerCase(Locale.ROOT);
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, value < 9.995 ? "%.2f" : "%,.0f", value);
  }

  private static String json(BenchBackend backend, BenchPreset shape, Cost cost) {
    var attention = shape.config().attention();
    var indexer = shape.config().indexer();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("preset", shape.name());
    line.put("device", backend.device());
    line.put("part", part(cost));
    line.put("tokens", cost.at().tokens());
    line.put("rows", cost.at().rows());
    line.put("index_heads", indexer.heads());
    line.put("index_dim", indexer.dim());
    line.put("top_k", Math.min(indexer.topK(), cost.at().tokens()));
    line.put("heads", attention.heads());
    line.put("latent", attention.kvLoraRank());
    line.put("rope", attention.qkRope());
    line.put("flops", cost.flops());
    line.put("call_ms", cost.wallNanos() / MILLION);
    line.put("kernel_ms", cost.work().kernelNanos() / MILLION);
    line.put("h2d_bytes", cost.work().hostToDeviceBytes());
    line.put("d2h_bytes", cost.work().deviceToHostBytes());
    line.put("compile_ms", cost.compileNanos() / MILLION);
    line.put("memory_bytes", cost.work().memoryBytes());
    line.put("host_ms", cost.hostNanos() / MILLION);
    line.put("same", cost.same());
    try {
      return new ObjectMapper().writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path folder, List<String> lines) {
    if (lines.isEmpty()) {
      throw new InvalidRunException("Cannot measure anything: no length fits the device");
    }
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(FILE), lines);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }
}
