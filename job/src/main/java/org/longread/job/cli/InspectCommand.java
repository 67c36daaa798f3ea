package org.longread.job.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.longread.job.InvalidRunException;
import org.longread.job.MemoryBudget;
import org.longread.job.OptionType;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.MemoryPlan;
import org.longread.kernels.StreamingPlan;
import org.longread.kernels.WeightPlacement;
import org.longread.kernels.WeightsMode;
import org.longread.kernels.bench.MachineRates;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelConfigReader;
import org.longread.kernels.checkpoint.PublishedModel;
import org.longread.kernels.checkpoint.TokenizerFile;
import org.longread.kernels.checkpoint.WeightSizes;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Shows what a checkpoint is, what memory it takes and what it costs. */
@Command(
    name = "inspect",
    header = "Checks a checkpoint; shows configuration, tensors, memory and cost.",
    footer = {
      "",
      "Examples:",
      "  longread inspect deploy/demo/model",
      "  longread inspect models/v3.2 --memory 8g --weights streamed",
      "  longread inspect --config config.json --memory 64g --executors 100"
    })
final class InspectCommand implements Callable<Integer> {
  /** Of a good local disk: an assumption, where there is nothing to measure. */
  private static final long ASSUMED_DISK_RATE = 2L << 30;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "Folder with config.json and safetensors files.")
  private Path model;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A config.json alone: plans for a model that is not here.")
  private Path config;

  @Option(names = "--values", description = "Read every weight too, looking for NaN and infinity.")
  private boolean values;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Heap to plan for, such as 8g; this JVM's unless given.")
  private Long heapBytes = Runtime.getRuntime().maxMemory();

  @Option(
      names = "--weights",
      paramLabel = "MODE",
      defaultValue = "auto",
      description = "resident, streamed or auto: streamed shows the plan of streaming.")
  private WeightsMode weights;

  @Option(
      names = "--weights-memory",
      paramLabel = "SIZE",
      defaultValue = "0",
      converter = SizeConverter.class,
      description = "Memory for streamed weights; 0 takes a third of the heap.")
  private long weightsMemory;

  @Option(
      names = "--executors",
      paramLabel = "N",
      defaultValue = "1",
      description = "Executors to plan for, with --config (default ${DEFAULT-VALUE}).")
  private int executors;

  @Option(
      names = "--disk-rate",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Bytes per second of the disk; measured unless given, 2g with --config.")
  private Long diskRate;

  @Option(
      names = "--gflops",
      paramLabel = "N",
      description = "GFLOP/s of an executor's threads; measured unless given.")
  private Double gflops;

  @Option(
      names = "--gpu-tflops",
      paramLabel = "N",
      defaultValue = "400",
      description = "TFLOP/s a GPU reaches, with --config (default ${DEFAULT-VALUE}).")
  private double gpuTflops;

  @Option(
      names = "--gpu-memory",
      paramLabel = "SIZE",
      defaultValue = "141g",
      converter = SizeConverter.class,
      description = "Memory of a GPU, with --config (default ${DEFAULT-VALUE}).")
  private long gpuBytes;

  @Option(
      names = "--usd-per-hour",
      paramLabel = "X",
      defaultValue = "0",
      description = "Price of an executor, for the cost of a document, with --config.")
  private double usdPerHour;

  @Option(names = "--tensors", description = "List every tensor: name, type and shape.")
  private boolean tensors;

  /** SIZE as the job's options take it. */
  static final class SizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      OptionType<Long> size = OptionType.size();
      try {
        return size.parse().apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("%s (expected %s)".formatted(text, size.expected()));
      }
    }
  }

  @Override
  public Integer call() {
    if ((model == null) == (config == null)) {
      throw new InvalidRunException(
          "Invalid model: none or two given (expected a folder, or --config FILE)");
    }
    if (config == null) {
      inspectModel();
    } else {
      inspectConfig();
    }
    spec.commandLine().getOut().flush();
    return ExitStatus.DONE.code();
  }

  private void inspectModel() {
    CheckpointInventory inventory = CheckpointInventory.check(model);
    TokenizerFile.check(model);
    if (values) {
      inventory.verifyValues();
    }
    PrintWriter out = spec.commandLine().getOut();
    MemoryPlan resident = MemoryPlan.of(inventory, EngineOptions.DEFAULT_CHUNK_TOKENS, threads());
    WeightPlacement placement = placement(inventory.sizes(), resident);
    ModelReport report = new ModelReport(inventory.config());
    section("Configuration of " + model, report.configuration(), out);
    section("Tensors", TensorReport.stored(inventory), out);
    section("Memory", new MemoryReport(resident, heapBytes).lines(), out);
    if (placement.isStreamed()) {
      StreamingPlan.Rates rates = rates(diskRate == null ? 0 : diskRate);
      StreamingPlan plan = streaming(inventory.sizes(), resident.with(placement), rates);
      section("Streaming", new StreamingReport(plan).lines(), out);
    }
    costs(report, out);
    if (tensors) {
      section("Every tensor", TensorReport.listed(inventory.tensors()), out);
    }
    inventory.warnings().forEach(warning -> out.println("warning: " + warning));
  }

  private void inspectConfig() {
    ModelConfig read = ModelConfigReader.readFile(config);
    WeightSizes sizes = WeightSizes.published(read);
    MemoryPlan resident =
        new MemoryPlan(read, sizes.all().packed(), EngineOptions.DEFAULT_CHUNK_TOKENS, threads());
    weights = weights == WeightsMode.AUTO ? WeightsMode.STREAMED : weights;
    MemoryPlan streamed =
        resident.with(
            WeightPlacement.of(
                sizes,
                resident,
                new EngineOptions.Placement(WeightsMode.STREAMED, weightsMemory),
                heapBytes));
    PrintWriter out = spec.commandLine().getOut();
    ModelReport report = new ModelReport(read);
    section("Configuration of " + config, report.configuration(), out);
    section("Tensors, as published and as packed", TensorReport.published(read), out);
    section("Memory", new MemoryReport(resident, heapBytes).lines(), out);
    StreamingPlan plan =
        streaming(sizes, streamed, rates(diskRate == null ? ASSUMED_DISK_RATE : diskRate));
    section("Streaming on one executor", new StreamingReport(plan).lines(), out);
    DryRunReport dryRun =
        new DryRunReport(
            plan, new DryRunReport.Machines(executors, gpuTflops * 1e12, gpuBytes, usdPerHour));
    section("A document, read sparse", dryRun.byDocument(), out);
    section("What that stands on", dryRun.needed(), out);
    section("FLOPs of a query, as published", dryRun.flopsOfAQuery(), out);
    section("Cache reads of a decoded token, as published", dryRun.cacheReads(), out);
    costs(report, out);
    if (tensors) {
      section("Every tensor", TensorReport.listed(PublishedModel.tensors(read)), out);
    }
  }

  private static void costs(ModelReport report, PrintWriter out) {
    section("FLOPs per token, by stage", report.perToken(), out);
    section("FLOPs of the token at a position, beyond those", report.byPosition(), out);
    section("FLOPs of reading a whole document, all stages", report.byDocument(), out);
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private WeightPlacement placement(WeightSizes sizes, MemoryPlan resident) {
    EngineOptions.Placement asked = new EngineOptions.Placement(weights, weightsMemory);
    return WeightPlacement.of(sizes, resident, asked, heapBytes);
  }

  /** What memory leaves for documents, as executors plan it. */
  private StreamingPlan streaming(
      WeightSizes sizes, MemoryPlan streamed, StreamingPlan.Rates rates) {
    long beside = streamed.weightBytes() + streamed.workBytes(streamed.chunkTokens());
    long documents = MemoryBudget.freeBytes(heapBytes, beside);
    return new StreamingPlan(streamed.config(), sizes, streamed.weightBytes(), documents, rates);
  }

  private StreamingPlan.Rates rates(long givenDiskRate) {
    double disk = givenDiskRate > 0 ? givenDiskRate : MachineRates.readBytesPerSecond(model);
    double flops = gflops != null ? gflops * 1e9 : MachineRates.flopsPerSecond(threads());
    return new StreamingPlan.Rates(disk, flops);
  }

  private static void section(String title, List<String> lines, PrintWriter out) {
    out.println(title);
    lines.forEach(out::println);
    out.println();
  }
}
