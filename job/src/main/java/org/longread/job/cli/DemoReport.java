package org.longread.job.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.longread.job.Units;
import org.longread.kernels.ops.Stage;

/** What the demo found, for a person at a terminal of 80 to 100 columns. */
final class DemoReport {
  private static final String INDENT = "  ";

  private final DemoRun sparse;
  private final DemoRun dense;
  private final CostModel cost;
  private final Ink ink;

  DemoReport(DemoRun sparse, DemoRun dense, CostModel cost, Ink ink) {
    this.sparse = sparse;
    this.dense = dense;
    this.cost = cost;
    this.ink = ink;
  }

  void print(Path home, PrintWriter out) {
    heading("Answers, and the evidence they rest on", out);
    lengths().forEach(kib -> printAnswer(first(kib), out));
    heading("Right answers, and FLOPs of reading one document, by its length", out);
    lines(byLength(), out);
    heading("Time by stage, all threads together, on " + sparse.backend(), out);
    lines(byStage(), out);
    heading("What sparse attention saved", out);
    printSavings(out);
    heading("Files", out);
    printFiles(home, out);
    out.flush();
  }

  private void heading(String title, PrintWriter out) {
    out.println();
    out.println(ink.strong(title));
  }

  private static void lines(TextTable table, PrintWriter out) {
    table.lines(INDENT).forEach(out::println);
  }

  private List<Integer> lengths() {
    return sparse.answers().stream().map(a -> a.question().kib()).distinct().sorted().toList();
  }

  private DemoAnswer first(int kib) {
    return sparse.answers().stream()
        .filter(answer -> answer.question().kib() == kib)
        .findFirst()
        .orElseThrow();
  }

  private void printAnswer(DemoAnswer answer, PrintWriter out) {
    String verdict =
        answer.isRight()
            ? ink.good("right")
            : ink.bad("wrong, it is " + answer.question().answer());
    out.printf(
        "%s%s  %s%n",
        INDENT,
        ink.faint(answer.question().docId()),
        ink.faint(Units.count(answer.promptTokens()) + " tokens, " + answer.question().title()));
    out.printf("    %s  %s  %s%n", answer.question().words(), ink.strong(answer.given()), verdict);
    answer
        .strongest()
        .ifPresent(span -> out.println("    " + Snippet.of(answer.question().text(), span, ink)));
  }

  private TextTable byLength() {
    TextTable table =
        new TextTable()
            .row(
                "length",
                "questions",
                "sparse",
                "dense",
                "sparse FLOPs",
                "dense FLOPs",
                "dense/sparse");
    for (int kib : lengths()) {
      double sparseFlops = flops(kib, this::sparseFlops);
      double denseFlops = flops(kib, this::denseFlops);
      table.row(
          kib + "K",
          String.valueOf(sparse.answers().stream().filter(a -> is(a, kib)).count()),
          accuracy(sparse, kib),
          accuracy(dense, kib),
          Units.decimal(sparseFlops),
          Units.decimal(denseFlops),
          Units.times(denseFlops / sparseFlops));
    }
    return table.row(
        "all",
        String.valueOf(sparse.answers().size()),
        accuracy(sparse, 0),
        accuracy(dense, 0),
        "",
        "",
        "");
  }

  /** Of reading one document of that length, as the cost model has it. */
  private double flops(int kib, ToDoubleFunction<DemoAnswer> one) {
    return one.applyAsDouble(first(kib));
  }

  private double sparseFlops(DemoAnswer answer) {
    long tokens = answer.promptTokens();
    return (double) (cost.perToken() + cost.indexProjections()) * tokens + cost.sparseSum(tokens);
  }

  private double denseFlops(DemoAnswer answer) {
    long tokens = answer.promptTokens();
    return (double) cost.perToken() * tokens + cost.denseSum(tokens);
  }

  private static boolean is(DemoAnswer answer, int kib) {
    return kib == 0 || answer.question().kib() == kib;
  }

  private static String accuracy(DemoRun run, int kib) {
    List<DemoAnswer> answers = run.answers().stream().filter(a -> is(a, kib)).toList();
    long right = answers.stream().filter(DemoAnswer::isRight).count();
    return Units.percent((double) right / answers.size());
  }

  private TextTable byStage() {
    TextTable table =
        new TextTable().row("", "sparse", "share", "tokens/s", "dense", "share", "tokens/s");
    for (Stage stage : Stage.values()) {
      List<String> row = new ArrayList<>(List.of(Units.name(stage)));
      row.addAll(time(sparse, sparse.nanos(stage)));
      row.addAll(time(dense, dense.nanos(stage)));
      table.row(row);
    }
    List<String> all = new ArrayList<>(List.of("all"));
    all.addAll(time(sparse, sparse.stats().totalNanos()));
    all.addAll(time(dense, dense.stats().totalNanos()));
    return table.row(all);
  }

  private static List<String> time(DemoRun run, long nanos) {
    return List.of(
        Units.seconds(nanos / 1e9),
        Units.percent((double) nanos / run.stats().totalNanos()),
        nanos == 0 ? "-" : Units.count(Math.round(run.tokens() * 1e9 / nanos)));
  }

  private void printSavings(PrintWriter out) {
    TextTable table = new TextTable().row("", "sparse", "dense", "dense/sparse");
    table.row(
        "time in indexer, selection and attention",
        Units.seconds(sparse.attendingNanos() / 1e9),
        Units.seconds(dense.attendingNanos() / 1e9),
        Units.times((double) dense.attendingNanos() / sparse.attendingNanos()));
    long sparseFlops = sparse.attendingFlops();
    long denseFlops = dense.attendingFlops();
    table.row(
        "FLOPs of indexer, selection and attention",
        Units.decimal(sparseFlops),
        Units.decimal(denseFlops),
        Units.times((double) denseFlops / sparseFlops));
    long sparseAll = sparse.stats().totalFlops();
    long denseAll = dense.stats().totalFlops();
    table.row(
        "FLOPs of all stages",
        Units.decimal(sparseAll),
        Units.decimal(denseAll),
        Units.times((double) denseAll / sparseAll));
    lines(table, out);
    long scored = sparse.stats().keysScored();
    long kept = sparse.stats().keysKept();
    out.printf(
        "%sOf %s pairs of query and key, %s (%.1f %%) entered attention; at sampled queries they%n",
        INDENT, Units.decimal(scored), Units.decimal(kept), 100.0 * kept / scored);
    out.printf(
        "%sheld %s of dense attention's probability and %s of its best keys.%n",
        INDENT, percent(sparse.mean("captured_mass")), percent(sparse.mean("selection_recall")));
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent() ? Units.percent(share.getAsDouble()) : "an unknown share";
  }

  private static void printFiles(Path home, PrintWriter out) {
    Path folder = home.resolve("target").resolve("demo");
    out.printf(
        "%s%s has sparse/ and dense/, each with results/, stats/, manifest.json.%n",
        INDENT, folder);
    out.println(INDENT + "As a page:");
    out.println("    deploy/longread report " + folder.resolve("sparse"));
    out.println(INDENT + "In Python:");
    out.println("    import pyarrow.dataset as ds");
    out.printf(
        "    ds.dataset(\"%s\", format=\"ipc\").to_table().to_pandas()%n",
        folder.resolve("sparse").resolve("results"));
  }
}
