package org.longread.kernels.ops.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.DeviceRequest;
import org.longread.kernels.ops.FusedSelection;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;

/**
 * 8-bit scores and selections of very many rows, drawn and contrived, bit for bit those of the cpu
 * backend. {@code -Dlongread.rows} says how many; a million take some minutes.
 */
@Tag("device")
class TestDeviceSelections {
  private static final long ROWS = Long.getLong("longread.rows", 50_000);
  private static final int HEADS = 3;
  private static final int DIM = 16;
  private static final int TILE = 64;
  private static final int TOP_K = 64;

  private static final KernelOps DEVICE = new DeviceBackend().open(DeviceRequest.ANY);
  private final KernelOps cpu = BackendChoice.choose("cpu").ops();

  /** How keys lie, and so scores. */
  private enum Keys {
    RANDOM,
    EQUAL,
    RISING,
    FALLING,
    DENORMAL,
    ZEROS,
    FEW_VALUES
  }

  @Test
  void scoresAndSelectionsAreTheCpus() {
    long seed = 20261124;
    long rows = 0;
    for (int n = 0; rows < ROWS; n++) {
      Random random = new Random(seed + n);
      Keys keys = Keys.values()[n % Keys.values().length];
      // Around the powers of two, where pages, digits and threads end.
      int power = 1 << (6 + random.nextInt(4));
      int length =
          Math.max(TILE, power + random.nextInt(3) - 1 + (random.nextInt(4) == 0 ? 37 : 0));
      CodePages pages = keys(keys, length, random);
      IndexQueries tile = queries(length, random);
      String what = "seed %d, %s, %d tokens".formatted(seed + n, keys, length);
      float[] expected = new float[TILE * length];
      cpu.indexScores(tile, pages, Rows.of(expected, length));
      int[] kept = new int[TILE * TOP_K];
      cpu.selectTopK(Rows.of(expected, length), TILE, tile.visible(0), TOP_K, kept);
      float[] scores = new float[TILE * length];
      DEVICE.indexScores(tile, pages, Rows.of(scores, length));
      assertThat(Arrays.equals(scores, expected)).as(what).isTrue();
      int[] selected = new int[TILE * TOP_K];
      FusedSelection fused = DEVICE.fusedSelection().orElseThrow();
      fused.select(tile, pages, TOP_K, selected);
      assertThat(Arrays.equals(selected, kept)).as(what).isTrue();
      rows += TILE;
    }
    System.out.printf("%d rows have the cpu backend's scores and selections%n", rows);
  }

  private static CodePages keys(Keys kind, int length, Random random) {
    CodePages pages = new CodePages(DIM);
    float[] key = new float[DIM];
    for (int s = 0; s < length; s++) {
      float scale = 0.01f;
      for (int d = 0; d < DIM; d++) {
        key[d] =
            switch (kind) {
              case RANDOM, DENORMAL -> random.nextInt(255) - 127;
              case EQUAL, RISING, FALLING -> 7;
              case ZEROS -> 0;
              case FEW_VALUES -> random.nextInt(2);
            };
      }
      if (kind == Keys.RISING) {
        scale = (s + 1) * 0.001f;
      } else if (kind == Keys.FALLING) {
        scale = (length - s) * 0.001f;
      } else if (kind == Keys.DENORMAL) {
        scale = Float.MIN_VALUE * (1 + random.nextInt(3));
      }
      pages.append(key, 0, scale);
    }
    return pages;
  }

  private static IndexQueries queries(int length, Random random) {
    float[] queries = new float[TILE * HEADS * DIM];
    float[] weights = new float[TILE * HEADS];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = random.nextInt(255) - 127;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return new IndexQueries(
        Rows.of(queries, HEADS * DIM), Rows.of(weights, HEADS), TILE, HEADS, DIM, length - TILE);
  }

  @AfterAll
  static void free() {
    DEVICE.close();
  }
}
