package org.longread.job.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.longread.job.OptionType;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.TokenizerFile;
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
    footer = {"", "Example:", "  longread inspect deploy/demo/model"})
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "Folder with config.json and safetensors files.")
  private Path model;

  @Option(names = "--values", description = "Read every weight too, looking for NaN and infinity.")
  private boolean values;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Heap to plan for, such as 8g; this JVM's unless given.")
  private Long heapBytes = Runtime.getRuntime().maxMemory();

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
    CheckpointInventory inventory = CheckpointInventory.check(model);
    TokenizerFile.check(model);
    if (values) {
      inventory.verifyValues();
    }
    ModelReport report = new ModelReport(inventory);
    PrintWriter out = spec.commandLine().getOut();
    section("Configuration of " + model, report.configuration(), out);
    section("Tensors", report.tensors(), out);
    section("Memory", new MemoryReport(inventory, heapBytes).lines(), out);
    section("FLOPs per token, by stage", report.perToken(), out);
    section("FLOPs of the token at a position, beyond those", report.byPosition(), out);
    section("FLOPs of reading a whole document, all stages", report.byDocument(), out);
    inventory.warnings().forEach(warning -> out.println("warning: " + warning));
    out.flush();
    return ExitStatus.DONE.code();
  }

  private static void section(String title, List<String> lines, PrintWriter out) {
    out.println(title);
    lines.forEach(out::println);
    out.println();
  }
}
