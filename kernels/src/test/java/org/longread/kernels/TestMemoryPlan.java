package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.ops.IndexPrecision;

/** What is planned before work against what is held at work. */
class TestMemoryPlan {
  private static final Engine ENGINE = Engine.open(EngineOptions.of(TestData.demoModel(), "auto"));
  private static final MemoryPlan PLAN = ENGINE.memoryPlan();

  static List<Path> models() throws IOException {
    try (Stream<Path> golden = Files.list(TestData.golden().resolve("models"))) {
      return Stream.concat(golden.filter(Files::isDirectory), Stream.of(TestData.demoModel()))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void weightsArePlannedToTheByteFromHeaders(Path model) {
    try (Engine engine = Engine.open(EngineOptions.of(model, "scalar"))) {
      assertThat(CheckpointInventory.check(model).packedBytes()).isEqualTo(engine.weightBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokensOfEveryKindAddUp(IndexPrecision precision) {
    MemoryPlan.TokenBytes bytes = PLAN.tokenBytes(precision);
    assertThat(bytes.latent()).isEqualTo(4 * 4 * 64);
    assertThat(bytes.rope()).isEqualTo(4 * 4 * 16);
    assertThat(64 * bytes.total()).isEqualTo(PLAN.cacheBytes(64, precision));
  }

  @ParameterizedTest
  @EnumSource
  void cacheIsNeverLargerThanPlanned(IndexPrecision precision) {
    int[] ids = new int[130];
    for (int length : new int[] {1, 63, 64, 65, 127, 128, 130}) {
      try (Session session = ENGINE.newSession(SessionOptions.DEFAULT.with(precision))) {
        session.prefill(Arrays.copyOf(ids, length));
        assertThat(session.stats().peakCacheBytes())
            .as("%d tokens", length)
            .isPositive()
            .isEqualTo(PLAN.cacheBytes(length, precision));
      }
    }
  }

  /** A fork's own pages are those after the full ones it shares. */
  @ParameterizedTest
  @CsvSource({"1,1", "63,2", "63,70", "64,1", "65,64", "100,28"})
  void forksThatLiveAtOnceStayWithinThePlan(int shared, int each) {
    int forks = 3;
    List<Session> open = new ArrayList<>();
    try (Session origin = ENGINE.newSession(SessionOptions.DEFAULT)) {
      origin.prefill(new int[shared]);
      long fullPages = PLAN.cacheBytes(shared - shared % 64, IndexPrecision.F32);
      long held = PLAN.cacheBytes(shared, IndexPrecision.F32);
      for (int n = 0; n < forks; n++) {
        Session fork = origin.fork();
        open.add(fork);
        fork.prefill(new int[each]);
        held += fork.stats().peakCacheBytes() - fullPages;
      }
      long planned =
          PLAN.cacheBytes(shared, IndexPrecision.F32)
              + forks * PLAN.forkBytes(each, IndexPrecision.F32);
      assertThat(held).isPositive().isLessThanOrEqualTo(planned);
    } finally {
      open.forEach(Session::close);
    }
  }

  @Test
  void longestDocumentIsTheLastThatFits() {
    long heap = PLAN.heapBytes(20_000, IndexPrecision.F32);
    long longest = PLAN.longestDocument(heap, IndexPrecision.F32);
    assertThat(PLAN.heapBytes(longest, IndexPrecision.F32)).isLessThanOrEqualTo(heap);
    assertThat(PLAN.heapBytes(longest + 1, IndexPrecision.F32)).isGreaterThan(heap);
    assertThat(PLAN.longestDocument(heap, IndexPrecision.INT8)).isGreaterThan(longest);
    assertThat(PLAN.longestDocument(PLAN.weightBytes(), IndexPrecision.F32)).isZero();
  }

  @Test
  void workSpaceGrowsWithChunkThreadsAndLength() {
    MemoryPlan wider = new MemoryPlan(PLAN.config(), 0, 2 * PLAN.chunkTokens(), PLAN.threads());
    MemoryPlan threads = new MemoryPlan(PLAN.config(), 0, PLAN.chunkTokens(), 3 * PLAN.threads());
    long work = PLAN.workBytes(8192);
    assertThat(wider.workBytes(8192)).isGreaterThan(work);
    assertThat(threads.workBytes(8192)).isEqualTo(3 * work);
    assertThat(PLAN.workBytes(32_768)).isGreaterThanOrEqualTo(work);
  }
}
