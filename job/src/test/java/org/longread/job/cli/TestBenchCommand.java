package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.longread.job.InvalidRunException;
import org.longread.job.bench.BenchPoint;
import org.longread.job.bench.BenchPrice;
import org.longread.job.bench.BenchSeries;
import org.longread.job.bench.BenchStore;
import org.longread.job.bench.Points;
import org.longread.job.write.ArrowTables;
import org.longread.kernels.bench.BenchPreset;
import org.longread.kernels.bench.KernelResult;
import org.longread.kernels.bench.KernelResult.Bar;
import org.longread.kernels.bench.KernelResult.Unit;
import org.longread.kernels.bench.LayerBench;
import org.longread.kernels.bench.PeerResult;
import org.longread.kernels.bench.PositionCost;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.bench.PositionCost.Phase;

/** The bench from the command line: one short real run, and reports of made-up results. */
class TestBenchCommand {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err, true), arguments);
  }

  private int bench(Path folder) {
    return run(
        "bench", "--preset=demo", "--lengths=1K", "--rounds=1", "--output=" + folder.toString());
  }

  @Test
  void whatIsFinishedIsKept(@TempDir Path folder) {
    assertThat(bench(folder)).as("%s", err).isZero();
    assertThat(err.toString()).contains("demo at 512", "demo at 1K", "(2 of 2)");
    assertThat(out.toString()).contains("Prefill", "Decode", "sparse is", "bench.arrow");
    assertThat(folder.resolve("cost-by-position.svg")).exists();
    List<Object> modes = new ArrayList<>();
    ArrowTables.forEachRow(folder, row -> modes.add(row.get("mode")));
    assertThat(modes).hasSize(10 + 3 + 2);
    assertThat(out.toString()).contains("Batched decoding at 1K", "Questions on one document of");

    err.getBuffer().setLength(0);
    assertThat(bench(folder)).isZero();
    assertThat(err.toString()).contains("demo: 2 of 2 lengths kept").doesNotContain("warming up");
    assertThat(err.toString()).contains("demo: decoding kept");
    assertThat(BenchStore.open(folder).points()).hasSize(4);
  }

  @Test
  void theJobIsComparedWithTheEngineAlone() {
    String model = Path.of("..", "deploy", "demo", "model").toString();
    assertThat(run("bench", "--job", "--documents=3", "--rounds=1", "--model=" + model))
        .as("%s", err)
        .isZero();
    assertThat(out.toString())
        .contains("3 documents of 4,096 to 8,192 bytes, 8 new tokens each")
        .containsPattern("wall, whole run +[0-9,]+ +[0-9,]+ +[0-9]+ %")
        .containsPattern("CPU of the process +[0-9,]+ +[0-9,]+ +[0-9]+ %");
  }

  @Test
  void peersThatAreNotThereHaveTheirReason() {
    assertThat(run("bench", "--peers", "--lengths=1K")).as("%s", err).isZero();
    assertThat(out.toString())
        .containsPattern("not here: ONNX Runtime\n  not on the class path: .*:onnxruntime if")
        .containsPattern("not here: jlama\n  (its classes need JDK 20|not on the class path)")
        .containsPattern("not here: libtorch through DJL\n  its native library")
        .containsPattern("not here: llama.cpp through de.kherud:llama\n  has no entry")
        .doesNotContain("Prefill attention");
    assertThat(out.toString().lines().skip(2))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void peersAreComparedWithDenseAndSparse() {
    StringWriter text = new StringWriter();
    PeerResult.Line timed =
        new PeerResult.Line("library 1, fused", OptionalDouble.of(4e6), 42, 2e-6, "");
    PeerResult.Line wrong =
        new PeerResult.Line("library 2, plain", OptionalDouble.empty(), Double.NaN, 0.5, "differs");
    new PeerReport(Ink.plain(), new PrintWriter(text))
        .print(new PeerResult(8192, 512, 100, 2e6, 1e6, 1e6, 80, List.of(timed, wrong)));
    assertThat(text.toString())
        .contains("8K tokens, 512 queries")
        .containsPattern("ours, dense +2,000 +80 %")
        .containsPattern("ours, sparse +1,000 +-")
        .containsPattern("library 1, fused +4,000 +42 % +2\\.00x +4\\.00x +2\\.50x 5\\.00x +2e-06")
        .contains("library 2, plain not timed: differs (by 0.50)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--preset=large|Invalid preset: large (expected demo|medium|v3.2-layer)",
        "--lengths=1K,x|Invalid lengths: x (expected numbers from 1024 to 16M, as in 512,4K,1M)",
        "--lengths=100|Invalid lengths: 100",
        "--documents=0|Invalid documents: 0 (expected 1 or more)",
        "--rounds=0|Invalid rounds: 0 (expected 1 or more)",
        "--usd-per-hour=-1|Invalid usd-per-hour: -1.0 (expected more than 0)",
        "--backend=gpu|Invalid backend: gpu"
      },
      maxCharsPerColumn = 200)
  void mistakesAreStatusTwo(String argument, String message) {
    assertThat(run("bench", argument)).isEqualTo(2);
    assertThat(err.toString()).startsWith("longread: " + message);
  }

  @Test
  void lengthsAreReadAndShownInThousands() {
    assertThat(Lengths.parse("32k, 1K,512,1K,1M", 512)).containsExactly(512, 1024, 32_768, 1 << 20);
    assertThat(Stream.of(512, 1024, 3000, 131_072, 1 << 20).map(Lengths::show))
        .containsExactly("512", "1K", "2.9K", "128K", "1M");
    assertThatThrownBy(() -> Lengths.parse("", 512)).isInstanceOf(InvalidRunException.class);
  }

  @Test
  void reportSaysWhereSparseBecomesCheaper() {
    String report = report(new BenchPrice(OptionalDouble.empty(), 2));
    assertThat(report)
        .contains("prefill attention: sparse is cheaper from 2.2K on")
        .contains("multiply-adds of one thread, taken with each row: 100 GFLOP/s")
        .containsPattern(
            "at 4K over expanded dense: attention 1\\.7x \\(FLOPs alone: [0-9.]+x\\), whole")
        .containsPattern(
            "at 4K over absorbed dense: attention 2\\.5x \\(FLOPs alone: [0-9.]+x\\), whole")
        .containsPattern("4K +41\\.0 +61\\.4 +24\\.1 +1\\.7x +17 % +0 % +83 % +50\\.0 +50 %");
    assertThat(report.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    assertThat(report(new BenchPrice(OptionalDouble.of(7.2), 2))).contains("USD per million");
  }

  private static String report(BenchPrice price) {
    BenchSeries series =
        new BenchSeries(
            BenchPreset.V32_LAYER, Stream.of(256, 1024, 2048, 4096).map(Points::at).toList());
    StringWriter text = new StringWriter();
    new BenchReport(series, price, Ink.plain()).print(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void decodingIsComparedWithOneSequenceAndOneQuestion() {
    StringWriter text = new StringWriter();
    new DecodeReport("shape", Ink.plain())
        .steps(Optional.of(decoding(Phase.STEP, 16, 250_000)), new PrintWriter(text))
        .answers(Optional.of(decoding(Phase.ANSWERS, 8, 1_200_000)), new PrintWriter(text))
        .answers(Optional.empty(), new PrintWriter(text));
    assertThat(text.toString())
        .containsPattern("Batched decoding at 4K")
        .containsPattern("1 +1\\.00 +1,000 +1\\.0x")
        .containsPattern("16 +4\\.00 +4,000 +4\\.0x")
        .containsPattern("1 +4\\.10 +1\\.00x")
        .containsPattern("8 +4\\.92 +1\\.20x");
  }

  private static BenchPoint decoding(Phase phase, int rows, double nanos) {
    List<PositionCost> costs =
        List.of(
            new PositionCost(phase, Mode.SPARSE, 4096, 1, 1e6, Map.of(), Map.of()),
            new PositionCost(phase, Mode.SPARSE, 4096, rows, nanos, Map.of(), Map.of()));
    return new BenchPoint(Points.HERE, "shape", 1, new LayerBench.Measurement(4096, 0, costs));
  }

  @Test
  void kernelLinesSayWhetherTheBarIsMet() {
    StringWriter text = new StringWriter();
    KernelReport report = new KernelReport(Ink.plain(), new PrintWriter(text));
    OptionalDouble scalar = OptionalDouble.of(2);
    report.print(new KernelResult("a", 80, Unit.GFLOPS, 100, new Bar(0.75), scalar));
    report.print(new KernelResult("b", 6, Unit.NANOS_PER_SCORE, 0, new Bar(5), scalar));
    report.print(new KernelResult("b", 0.4, Unit.NANOS_PER_SCORE, 0, new Bar(0.5), scalar));
    report.print(new KernelResult("c", 80, Unit.GFLOPS, 100, Bar.NONE, OptionalDouble.empty()));
    assertThat(text.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).containsPattern("a .* 80\\.0 % +75 % +2\\.00 +40x +met"),
            line -> assertThat(line).containsPattern("b .*- +<= 5 +2\\.00 +0x +missed"),
            line -> assertThat(line).containsPattern("b .*- +<= 0\\.5 +2\\.00 +5x +met"),
            line -> assertThat(line).doesNotContain("met", "missed"));
  }
}
