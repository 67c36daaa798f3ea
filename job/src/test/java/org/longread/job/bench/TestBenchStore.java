package org.longread.job.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.InvalidRunException;
import org.longread.job.write.ArrowTables;
import org.longread.job.write.BenchTable;
import org.longread.kernels.bench.BenchPreset;

/** What a stopped run leaves is found again, and only by runs it is comparable with. */
class TestBenchStore {
  @TempDir Path folder;

  private static BenchPoint point(int position) {
    return new BenchPoint(Points.HERE, "demo", 3, Points.at(position));
  }

  @Test
  void finishedPointsAreFoundAgain() {
    BenchStore.open(folder).add(point(1024));
    BenchStore again = BenchStore.open(folder);
    assertThat(again.points()).containsExactly(point(1024));
    assertThat(again.find(Points.HERE, "demo", 1024, 3)).contains(point(1024));
    assertThat(again.find(Points.HERE, "demo", 1024, 5)).as("more rounds asked").isEmpty();
    assertThat(again.find(Points.HERE, "medium", 1024, 3)).isEmpty();
    assertThat(again.find(Points.HERE, "demo", 2048, 3)).isEmpty();
  }

  @Test
  void anotherJdkOrCommitMeasuresAnew() {
    BenchStore store = BenchStore.open(folder);
    store.add(point(1024));
    BenchEnvironment here = Points.HERE;
    BenchEnvironment other =
        new BenchEnvironment(here.machine(), 4, "25", here.code(), here.backend(), here.device());
    assertThat(store.find(other, "demo", 1024, 1)).isEmpty();
  }

  @Test
  void aLineCutShortIsForgotten() throws IOException {
    BenchStore store = BenchStore.open(folder);
    store.add(point(1024));
    Path file = folder.resolve(BenchStore.FILE);
    Files.writeString(file, "{\"environment\":{\"mach", UTF_8, StandardOpenOption.APPEND);
    BenchStore again = BenchStore.open(folder);
    assertThat(again.points()).hasSize(1);
    again.add(point(2048));
    assertThat(BenchStore.open(folder).points()).hasSize(2);
  }

  @Test
  void aStrangeLineIsRefusedWithTheWayOut() throws IOException {
    Files.writeString(folder.resolve(BenchStore.FILE), "{\"a\":1}\n{\"b\":2}\n", UTF_8);
    assertThatThrownBy(() -> BenchStore.open(folder))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("Invalid line 1 of")
        .hasMessageContaining("--fresh");
    assertThat(BenchStore.fresh(folder).points()).isEmpty();
  }

  @Test
  void seriesAreOfOneEnvironmentInOrder() {
    BenchStore store = BenchStore.open(folder);
    store.add(point(2048));
    store.add(point(1024));
    BenchSeries series = store.series(Points.HERE, BenchPreset.DEMO, List.of(1024, 2048, 4096));
    assertThat(series.positions()).containsExactly(1024, 2048);
  }

  @Test
  void theTableHasARowPerCost() throws IOException {
    BenchPrice price = new BenchPrice(OptionalDouble.of(3.6), 4);
    BenchTable.write(folder, List.of(point(1024)), new BenchPrice(OptionalDouble.empty(), 4));
    BenchTable.write(folder, List.of(point(1024), point(2048)), price);
    List<Map<String, Object>> rows = new ArrayList<>();
    ArrowTables.forEachRow(folder, rows::add);
    assertThat(rows).hasSize(10);
    Map<String, Object> sparse = rows.get(0);
    assertThat(sparse)
        .containsEntry("preset", "demo")
        .containsEntry("phase", "prefill")
        .containsEntry("mode", "sparse")
        .containsEntry("position", 1024)
        .containsEntry("us_per_token", 121.024)
        .containsEntry("indexer_us", 1.024);
    double usd = (Double) sparse.get("usd_per_million_tokens");
    assertThat(usd).isCloseTo(0.030256, within(1e-9));
  }

  @Test
  void withoutAPriceCostsAreNull() throws IOException {
    BenchTable.write(folder, List.of(point(1024)), new BenchPrice(OptionalDouble.empty(), 4));
    ArrowTables.forEachRow(
        folder, row -> assertThat(row).containsEntry("usd_per_million_tokens", null));
  }
}
