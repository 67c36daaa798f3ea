package org.longread.kernels.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestTokenMask {
  @Test
  void givesBackTheTokensOfEachRowInOrder() {
    TokenMask mask = new TokenMask(2, 130);
    mask.add(0, new int[] {129, 0, 63, -1}, 0, 4);
    mask.add(1, new int[] {7, 64, 65}, 1, 2);
    assertThat(mask.tokens(0)).containsExactly(0, 63, 129);
    assertThat(mask.tokens(1)).containsExactly(64, 65);
    assertThat(mask.word(0, 0)).isEqualTo(1L | 1L << 63);
    assertThat(mask.word(1, 3)).as("beyond the last page").isZero();
  }
}
