package org.longread.job.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.longread.job.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks at the machine: what will be used, and why not better. */
@Command(
    name = "doctor",
    header = "Looks at JDK, processor, backends, Spark, memory; says what stands in the way.",
    description = {
      "",
      "Every line is ok, warn (works, could do better) or fail (cannot work: exit status 1)."
    },
    footer = {"", "Example:", "  longread doctor"})
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>(JavaChecks.findings());
    findings.addAll(EngineChecks.findings());
    findings.addAll(PlatformChecks.findings());
    PrintWriter out = spec.commandLine().getOut();
    Ink ink = Ink.forTerminal();
    findings.forEach(finding -> print(finding, ink, out));
    out.flush();
    boolean failed = findings.stream().anyMatch(f -> f.verdict() == Finding.Verdict.FAIL);
    return (failed ? ExitStatus.FAILED : ExitStatus.DONE).code();
  }

  private static void print(Finding finding, Ink ink, PrintWriter out) {
    String verdict = String.format(Locale.ROOT, "%-5s", Units.name(finding.verdict()));
    String painted =
        switch (finding.verdict()) {
          case OK -> ink.good(verdict);
          case WARN -> ink.notice(verdict);
          case FAIL -> ink.bad(verdict);
        };
    out.printf("%s %-16s %s%n", painted, finding.subject(), finding.detail());
    if (!finding.wayOut().isEmpty()) {
      out.printf("%22s -> %s%n", "", finding.wayOut());
    }
  }
}
