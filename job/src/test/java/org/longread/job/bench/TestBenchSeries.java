package org.longread.job.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.longread.kernels.bench.BenchPreset;
import org.longread.kernels.bench.PositionCost;
import org.longread.kernels.bench.PositionCost.Phase;

/** Crossover, whole documents and prices of costs known in closed form; the published curves. */
class TestBenchSeries {
  private static final BenchSeries SERIES =
      new BenchSeries(BenchPreset.DEMO, Stream.of(256, 1024, 2048, 4096).map(Points::at).toList());

  @Test
  void denseIsTheCheaperForm() {
    assertThat(SERIES.dense(Phase.PREFILL, PositionCost::attentionNanos).at(1024))
        .isEqualTo(10_240);
    assertThat(SERIES.dense(Phase.DECODE, PositionCost::attentionNanos).at(1024)).isEqualTo(15_360);
  }

  @Test
  void crossoverIsWhereTheLinesMeet() {
    assertThat(SERIES.crossover(Phase.PREFILL).orElseThrow()).isCloseTo(20_000 / 9.0, within(1e-6));
    assertThat(SERIES.crossover(Phase.DECODE).orElseThrow()).isCloseTo(20_000 / 14.0, within(1e-6));
    BenchSeries early = new BenchSeries(BenchPreset.DEMO, List.of(Points.at(256)));
    assertThat(early.crossover(Phase.PREFILL)).isEmpty();
  }

  @Test
  void aDocumentIsTheSumOfItsPositions() {
    double length = 4096;
    assertThat(SERIES.denseDocument(4096))
        .isCloseTo(100_000 * length + 5 * length * length, within(1.0));
    assertThat(SERIES.sparseDocument(4096))
        .isCloseTo(120_000 * length + 0.5 * length * length, within(1.0));
  }

  @Test
  void aPriceIsSharedByTheProcessors() {
    BenchPrice price = new BenchPrice(OptionalDouble.of(7.2), 2);
    assertThat(price.perMillionTokens(1_000_000).orElseThrow()).isCloseTo(1.0, within(1e-9));
    assertThat(new BenchPrice(OptionalDouble.empty(), 2).perMillionTokens(1)).isEmpty();
  }

  @Test
  void publishedCurvesGoThroughTheTableOfTheSpecification() {
    assertThat(PublishedCurve.dense(Phase.PREFILL).at(65_536)).isCloseTo(0.359, within(0.001));
    assertThat(PublishedCurve.sparse(Phase.PREFILL).at(32_768)).isCloseTo(0.118, within(0.001));
    assertThat(PublishedCurve.dense(Phase.DECODE).at(16_384)).isCloseTo(0.331, within(0.001));
    assertThat(PublishedCurve.sparse(Phase.DECODE).at(131_072)).isCloseTo(0.249, within(0.001));
  }
}
