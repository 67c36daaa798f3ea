package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.longread.kernels.StreamingPlan;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelConfigReader;
import org.longread.kernels.checkpoint.PublishedModel;
import org.longread.kernels.checkpoint.StoredTensor;
import org.longread.kernels.checkpoint.StreamBudget;
import org.longread.kernels.checkpoint.WeightSizes;

/** Plans of the published 671B configuration, held to its published cost model within 1 %. */
class TestDryRun {
  private static final Path FILE = Path.of("src/test/resources/published/config.json");
  private static final ModelConfig CONFIG = ModelConfigReader.readFile(FILE);
  private static final CostModel COST = new CostModel(CONFIG);
  private static final WeightSizes SIZES = WeightSizes.published(CONFIG);

  /** FLOPs of a query: dense expanded, dense absorbed, indexer, sparse core, sparse sum, in G. */
  @ParameterizedTest
  @CsvSource({
    "1024, 5.1, 17.4, 1.0, 17.4, 18.4",
    "2048, 10.2, 34.8, 2.0, 34.8, 36.8",
    "4096, 20.5, 69.6, 4.1, 34.8, 38.9",
    "8192, 40.9, 139.2, 8.2, 34.8, 43.0",
    "16384, 81.9, 278.4, 16.4, 34.8, 51.2",
    "32768, 163.7, 556.7, 32.7, 34.8, 67.5",
    "65536, 327.5, 1113.5, 65.5, 34.8, 100.3",
    "131072, 655.0, 2226.9, 131.0, 34.8, 165.8"
  })
  void flopsOfAPosition(
      int length, double expanded, double absorbed, double index, double core, double sum) {
    double kept = COST.absorbed(Math.min(2048, length));
    near(COST.expanded(length), expanded);
    near(COST.absorbed(length), absorbed);
    near(COST.indexProducts(length), index);
    near(kept, core);
    near(COST.indexProducts(length) + kept, sum);
    assertThat(COST.indexSums(length) / COST.indexProducts(length))
        .isCloseTo(192.0 / 16384, withinPercentage(0.01));
  }

  /** What the command prints, row by row, beside the same table. */
  @Test
  void thePrintedTableIsThePublishedOne() {
    String printed = inspect();
    double[][] published = {
      {1, 5.1, 17.4, 1.0, 17.4, 18.4},
      {2, 10.2, 34.8, 2.0, 34.8, 36.8},
      {4, 20.5, 69.6, 4.1, 34.8, 38.9},
      {8, 40.9, 139.2, 8.2, 34.8, 43.0},
      {16, 81.9, 278.4, 16.4, 34.8, 51.2},
      {32, 163.7, 556.7, 32.7, 34.8, 67.5},
      {64, 327.5, 1113.5, 65.5, 34.8, 100.3},
      {128, 655.0, 2226.9, 131.0, 34.8, 165.8},
    };
    String table = printed.substring(printed.indexOf("FLOPs of a query, as published"));
    for (double[] expected : published) {
      String start = (int) expected[0] + "K ";
      String row =
          table.lines().filter(line -> line.strip().startsWith(start)).findFirst().orElseThrow();
      String[] cells = row.strip().split("\\s+", -1);
      for (int i = 1; i < expected.length; i++) {
        near(Double.parseDouble(cells[i].replace(",", "")) * 1e9, expected[i]);
      }
    }
    assertThat(printed).containsPattern("all of them +74\\.9[0-9] G");
  }

  @Test
  void everyTensorIsListedWithItsShape() {
    String printed = inspect("--tensors");
    assertThat(printed)
        .containsPattern("model\\.embed_tokens\\.weight +BF16 +\\[129280, 7168\\]")
        .containsPattern(
            "layers\\.60\\.self_attn\\.q_b_proj\\.weight_scale_inv +F32 +\\[192, 12\\]");
    long bytes = PublishedModel.tensors(CONFIG).stream().mapToLong(StoredTensor::bytes).sum();
    assertThat(bytes).isEqualTo(SIZES.all().stored());
    assertThat(PublishedModel.tensors(CONFIG))
        .hasSize(
            PublishedModel.groups(CONFIG).stream()
                .mapToInt(group -> Math.toIntExact(group.total().tensors()))
                .sum());
  }

  @Test
  void aDocumentHasAPriceAndAGpuThatIsTooSmallHasNone() {
    String priced = inspect("--usd-per-hour", "2");
    assertThat(priced).containsPattern("(?m)^ +1K .*\\$[0-9.]+$");
    assertThat(priced).contains("with the caches of 131,072 tokens");
    String small = inspect("--gpu-memory", "8g");
    assertThat(small).containsPattern("(?m)^ +128K .* - +[0-9,]+ +-$");
  }

  private static String inspect(String... more) {
    StringWriter out = new StringWriter();
    String[] usual = {
      "inspect", "--config", FILE.toString(), "--memory", "200g", "--gflops", "2000"
    };
    String[] all = Stream.concat(Stream.of(usual), Stream.of(more)).toArray(String[]::new);
    int status = Main.run(new PrintWriter(out), new PrintWriter(out), all);
    assertThat(status).as(out.toString()).isZero();
    return out.toString();
  }

  /** The table has one decimal: half of it is not ours to miss. */
  private static void near(double flops, double giga) {
    double rounding = 0.05;
    assertThat(flops / 1e9).isCloseTo(giga, within(0.01 * giga + rounding));
  }

  /** Bytes that a decoded token reads: dense bf16, dense fp8, index, sparse core, in MB. */
  @ParameterizedTest
  @CsvSource({
    "1024, 72, 41, 8, 41",
    "4096, 288, 164, 33, 82",
    "32768, 2303, 1311, 264, 82",
    "131072, 9211, 5245, 1055, 82"
  })
  void cacheReadsOfADecodedToken(int length, double bf16, double fp8, double index, double core) {
    CostModel.CacheReads reads = COST.cacheReads(length);
    double rounding = 0.5;
    assertThat(reads.denseBf16() / 1e6).isCloseTo(bf16, within(0.01 * bf16 + rounding));
    assertThat(reads.denseFp8() / 1e6).isCloseTo(fp8, within(0.01 * fp8 + rounding));
    assertThat(reads.index() / 1e6).isCloseTo(index, within(0.01 * index + rounding));
    assertThat(reads.kept() / 1e6).isCloseTo(core, within(0.01 * core + rounding));
  }

  @Test
  void flopsOfAToken() {
    long layers = CONFIG.layers();
    assertThat(COST.projections() / 1e6 / layers).isCloseTo(374.2, withinPercentage(1));
    assertThat(COST.indexProjections() / 1e6 / layers).isCloseTo(27.9, withinPercentage(1));
    double experts = (792.7 * 3 + 796.4 * 58) * 1e6;
    assertThat((double) COST.experts()).isCloseTo(experts, withinPercentage(1));
    double all = COST.perToken() + (double) COST.indexProjections() + COST.head();
    assertThat(all / 1e9).isCloseTo(74.95, withinPercentage(1));
  }

  @Test
  void parametersAndBytesAreThoseOfThePublishedModel() {
    long parameters =
        PublishedModel.groups(CONFIG).stream().mapToLong(group -> group.total().parameters()).sum();
    // 671 billion without the indexer, which has 13.96 million in each of 61 layers.
    assertThat(parameters / 1e9).isCloseTo(671.9, withinPercentage(0.1));
    // FP8 but for embedding and head, a float for 128 x 128 weights.
    assertThat(SIZES.all().stored() / 1e9).isCloseTo(673.9, withinPercentage(0.5));
    long groups =
        PublishedModel.groups(CONFIG).stream().mapToLong(group -> group.total().bytes()).sum();
    assertThat(groups).isEqualTo(SIZES.all().stored());
    assertThat(SIZES.expert(10).stored() / 1e6).isCloseTo(44.04, withinPercentage(0.1));
  }

  @Test
  void aSweepReadsEveryExpertOfManyTokensAndFewOfFew() {
    long least = StreamBudget.leastBytes(SIZES);
    StreamingPlan plan =
        new StreamingPlan(
            CONFIG, SIZES, least, 10_000_000_000L, new StreamingPlan.Rates(2e9, 1e12));
    double all = SIZES.all().stored() - SIZES.embedding().stored();
    assertThat((double) plan.sweepBytes(100_000)).isCloseTo(all, withinPercentage(0.01));
    long one = plan.sweepBytes(1);
    double eight = 58 * 8.0 * SIZES.expert(10).stored();
    double shared = one - eight;
    assertThat(shared).isBetween(10e9, 30e9);
    long knee = plan.knee(75e9);
    assertThat(plan.readSeconds(knee))
        .isCloseTo(plan.computeSeconds(knee, 75e9), withinPercentage(0.1));
    assertThat(plan.tokensPerSecond(knee * 4, 75e9))
        .isCloseTo(plan.tokensPerSecond(knee, 75e9), withinPercentage(1));
    assertThat(plan.tokensPerSecond(knee / 4, 75e9))
        .isLessThan(0.5 * plan.tokensPerSecond(knee, 75e9));
  }

  @Test
  void theCommandPlansFromTheConfigurationAlone() {
    StringWriter out = new StringWriter();
    int status =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(out),
            "inspect",
            "--config",
            FILE.toString(),
            "--memory",
            "32g",
            "--gflops",
            "2000",
            "--executors",
            "100");
    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("routed experts", "F8_E4M3", "knee: ", "GPU streamed", "128K", "9211")
        .contains("100 executors");
  }
}
