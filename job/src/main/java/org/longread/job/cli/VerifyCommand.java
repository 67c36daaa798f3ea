package org.longread.job.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.longread.job.InvalidRunException;
import org.longread.kernels.WeightsMode;
import org.longread.kernels.verify.GoldenVerifier;
import org.longread.kernels.verify.VerifyReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds a backend to reference output. */
@Command(
    name = "verify",
    header = "Holds a backend to reference output; exit status 1 on any miss.",
    footer = {"", "Example:", "  longread verify golden/models --backend cpu"})
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      description = {
        "A model folder with expected.safetensors, a folder with",
        "kernels.json, or a folder of such folders."
      })
  private Path path;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "Kernels to verify (default ${DEFAULT-VALUE}: the best that runs).")
  private String backend;

  @Option(
      names = "--weights",
      paramLabel = "resident|streamed",
      defaultValue = "resident",
      description = "In memory (default), or streamed through as little as can be.")
  private WeightsMode weights;

  @Override
  public Integer call() {
    VerifyReport report = verify();
    PrintWriter out = spec.commandLine().getOut();
    Ink ink = Ink.forTerminal();
    int width = report.checks().stream().mapToInt(check -> check.stage().length()).max().orElse(0);
    String subject = "";
    for (VerifyReport.Check check : report.checks()) {
      if (!check.subject().equals(subject)) {
        subject = check.subject();
        out.println(subject);
      }
      String verdict = check.passed() ? ink.good("ok  ") : ink.bad("MISS");
      String stage = check.stage() + " ".repeat(width - check.stage().length());
      out.printf("  %s %s  %s%n", verdict, stage, check.detail());
    }
    long misses = report.checks().stream().filter(check -> !check.passed()).count();
    out.printf(
        "backend %s: %d of %d checks passed%n",
        report.backend(), report.checks().size() - misses, report.checks().size());
    out.flush();
    return (report.passed() ? ExitStatus.DONE : ExitStatus.FAILED).code();
  }

  private VerifyReport verify() {
    try {
      return GoldenVerifier.verify(path, backend, weights);
    } catch (IllegalArgumentException e) {
      throw new InvalidRunException(e.getMessage(), e);
    }
  }
}
