package org.longread.job.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.longread.kernels.checkpoint.SyntheticCheckpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a checkpoint of random weights, to measure with. */
@Command(
    name = "make-checkpoint",
    hidden = true,
    header = "Writes a sharded checkpoint of random FP8 and BF16 weights, to measure with.",
    footer = {"", "Example:", "  longread make-checkpoint /tmp/big --size 6g"})
final class MakeCheckpointCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "Where to write it.")
  private Path folder;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      required = true,
      converter = InspectCommand.SizeConverter.class,
      description = "About so many bytes, in layers of 64 experts.")
  private long bytes;

  @Option(
      names = "--set",
      paramLabel = "NAME=N",
      description = "A number of config.json that should be another.")
  private Map<String, Integer> changes = new TreeMap<>();

  @Override
  public Integer call() {
    SyntheticCheckpoint.ofSize(folder, bytes, changes);
    spec.commandLine().getOut().println("Wrote " + folder);
    spec.commandLine().getOut().flush();
    return ExitStatus.DONE.code();
  }
}
