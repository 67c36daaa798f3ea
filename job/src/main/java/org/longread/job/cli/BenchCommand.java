package org.longread.job.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.longread.job.InvalidRunException;
import org.longread.job.bench.BenchEnvironment;
import org.longread.job.bench.BenchPrice;
import org.longread.job.bench.BenchSeries;
import org.longread.job.bench.BenchStore;
import org.longread.job.bench.CostPicture;
import org.longread.job.write.BenchTable;
import org.longread.kernels.bench.BenchBackend;
import org.longread.kernels.bench.BenchPreset;
import org.longread.kernels.bench.LayerBench;
import org.longread.kernels.bench.PositionCost.Phase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what a token costs by its position, sparse and dense. */
@Command(
    name = "bench",
    header =
        "Measures what a token costs by its position, sparse and dense; writes table and picture.",
    description = {
      "",
      "Runs real layers with random weights on one thread and counts its CPU time. What is finished",
      "is kept in the output folder: a run that was stopped goes on where it was."
    },
    footer = {
      "",
      "Examples:",
      "  longread bench",
      "  longread bench --preset v3.2-layer --lengths 4K,32K,128K --rounds 3",
      "  longread bench --kernels",
      "  longread bench --peers --lengths 2K,8K,16K,32K --rounds 3",
      "  longread bench --job --rounds 3"
    })
final class BenchCommand implements Callable<Integer> {
  /** Where batched decoding is measured, unless no length is that long. */
  private static final int DECODE_POSITION = 4096;

  /** The document questions are asked on, unless no length is that long. */
  private static final int DOCUMENT_TOKENS = 16_384;

  @Spec private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "demo,medium",
      description = "Shapes: demo, medium, v3.2-layer (default ${DEFAULT-VALUE}).")
  private List<String> presets;

  @Option(
      names = "--lengths",
      paramLabel = "N",
      defaultValue = "1K,2K,4K,8K,16K,32K",
      description = "Positions, 1024 or more (default ${DEFAULT-VALUE}).")
  private String lengths;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measurements whose median counts (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "Kernels (default ${DEFAULT-VALUE}: the best that runs).")
  private String backend;

  @Option(
      names = "--usd-per-hour",
      paramLabel = "X",
      description = "Price of this machine with all processors busy: costs are in US dollars too.")
  private Double usdPerHour;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where results go (default target/bench).")
  private Path output;

  @Option(names = "--fresh", description = "Forget what the output folder holds; start over.")
  private boolean fresh;

  @Option(
      names = "--kernels",
      description = "Single kernels at the shapes they are judged by, instead of lengths.")
  private boolean kernels;

  @Option(
      names = "--peers",
      description = "Attention beside that of other libraries: ONNX Runtime, jlama, if present.")
  private boolean peers;

  @Option(
      names = "--job",
      description = "Tokens per second of the Spark job against those of the engine alone.")
  private boolean job;

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "Model that --job runs (default: the demo's).")
  private Path model;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "32",
      description = "Documents that --job reads (default ${DEFAULT-VALUE}).")
  private int documents;

  @Override
  public Integer call() {
    if (rounds < 1) {
      throw new InvalidRunException("Invalid rounds: " + rounds + " (expected 1 or more)");
    }
    if (documents < 1) {
      throw new InvalidRunException("Invalid documents: " + documents + " (expected 1 or more)");
    }
    if (job) {
      compareJob();
      return ExitStatus.DONE.code();
    }
    if (usdPerHour != null && !(usdPerHour > 0)) {
      throw new InvalidRunException(
          "Invalid usd-per-hour: " + usdPerHour + " (expected more than 0)");
    }
    List<BenchPreset> shapes = shapes();
    List<Integer> positions = positions();
    BenchBackend chosen = backend();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    chosen.passedOver().forEach(reason -> err.println("passed over " + reason));
    BenchEnvironment environment = BenchEnvironment.of(chosen);
    out.println(environment.hardware());
    out.println(environment.software());
    out.flush();
    if (kernels) {
      new KernelReport(Ink.forTerminal(), out).print(chosen.kernels(rounds));
    } else if (peers) {
      new PeerReport(Ink.forTerminal(), out)
          .print(chosen.peers(rounds), Lengths.parse(lengths, LayerBench.CHUNK));
    } else if (chosen.offloads()) {
      new DeviceReport(Ink.forTerminal(), out)
          .print(chosen, shapes, Lengths.parse(lengths, LayerBench.CHUNK), rounds, folder());
    } else {
      measure(chosen, environment, shapes, positions);
    }
    return ExitStatus.DONE.code();
  }

  private void compareJob() {
    Path folder = model == null ? Path.of(home(), "deploy", "demo", "model") : model;
    JobBench bench = new JobBench(folder, documents, rounds, spec.commandLine().getOut());
    Sparks.with(
        Sparks.conf(Map.of(), null),
        spark -> {
          bench.run(spark);
          return spark;
        });
  }

  private void measure(
      BenchBackend chosen,
      BenchEnvironment environment,
      List<BenchPreset> shapes,
      List<Integer> positions) {
    Path folder = folder();
    BenchStore store = fresh ? BenchStore.fresh(folder) : BenchStore.open(folder);
    BenchRun run = new BenchRun(chosen, environment, store, rounds, spec.commandLine().getErr());
    BenchPrice price = price(environment);
    PrintWriter out = spec.commandLine().getOut();
    List<BenchSeries> all = new ArrayList<>();
    run.measure(shapes, positions);
    for (BenchPreset shape : shapes) {
      BenchSeries series = store.series(environment, shape, positions);
      if (!series.measurements().isEmpty()) {
        all.add(series);
        new BenchReport(series, price, Ink.forTerminal()).print(out);
      }
    }
    measureDecoding(run, store, environment, shapes);
    if (all.isEmpty()) {
      throw new InvalidRunException("Cannot measure anything: no length fits the memory");
    }
    write(folder, store, environment, all, price);
    out.flush();
  }

  private void measureDecoding(
      BenchRun run, BenchStore store, BenchEnvironment environment, List<BenchPreset> shapes) {
    int longest = positions().stream().mapToInt(Integer::intValue).max().orElseThrow();
    int position = Math.min(longest, DECODE_POSITION);
    int document = Math.min(longest, DOCUMENT_TOKENS);
    run.measureDecoding(shapes, position, document);
    PrintWriter out = spec.commandLine().getOut();
    for (BenchPreset shape : shapes) {
      new DecodeReport(shape.name(), Ink.forTerminal())
          .steps(store.find(environment, shape.name(), Phase.STEP, position, 0), out)
          .answers(store.find(environment, shape.name(), Phase.ANSWERS, document, 0), out);
    }
  }

  private void write(
      Path folder,
      BenchStore store,
      BenchEnvironment environment,
      List<BenchSeries> all,
      BenchPrice price) {
    try {
      BenchTable.write(folder, store.points(), price);
      CostPicture.write(folder, environment, all, price);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + folder + ": " + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.println("table    " + folder.resolve(BenchTable.FILE));
    out.println("picture  " + folder.resolve(CostPicture.FILE));
  }

  private List<BenchPreset> shapes() {
    try {
      return presets.stream().map(BenchPreset::named).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw new InvalidRunException(e.getMessage(), e);
    }
  }

  private BenchBackend backend() {
    try {
      return BenchBackend.choose(backend);
    } catch (IllegalArgumentException e) {
      throw new InvalidRunException(e.getMessage(), e);
    }
  }

  /** The lengths asked for, and the first chunk of a document, which its whole cost needs. */
  private List<Integer> positions() {
    List<Integer> positions = new ArrayList<>(Lengths.parse(lengths, LayerBench.CHUNK));
    positions.add(0, LayerBench.FIRST_POSITION);
    return positions;
  }

  private BenchPrice price(BenchEnvironment environment) {
    OptionalDouble usd =
        usdPerHour == null ? OptionalDouble.empty() : OptionalDouble.of(usdPerHour);
    return new BenchPrice(usd, environment.processors());
  }

  private Path folder() {
    return output == null ? Path.of(home(), "target", "bench") : output;
  }

  private static String home() {
    String home = System.getenv("LONGREAD_HOME");
    return home == null ? "" : home;
  }
}
