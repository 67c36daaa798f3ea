package org.longread.kernels.ops.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.DoesNotFitException;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.tornado.PageDirectory.Move;

class TestPageDirectory {
  private static final int PAGE = TokenPages.PAGE;

  private final PageDirectory directory = new PageDirectory(4);
  private final int[] table = new int[4];

  private static TokenPages cache(int tokens) {
    TokenPages cache = new TokenPages(1, TokenPages.Layout.ROWS);
    IntStream.range(0, tokens).forEach(s -> cache.append(new float[] {s}, 0));
    return cache;
  }

  private List<Move> place(TokenPages cache) {
    return directory.place(IndexPlan.host(cache), cache.length(), table);
  }

  @Test
  void pagesMoveOnceAndTheLastAgainWhenItGrew() {
    TokenPages cache = cache(PAGE + 1);
    assertThat(place(cache)).hasSize(2);
    assertThat(place(cache)).isEmpty();
    cache.append(new float[] {7}, 0);
    assertThat(place(cache)).containsExactly(new Move(1, table[1]));
  }

  @Test
  void forksShareSlotsOfFullPages() {
    TokenPages cache = cache(2 * PAGE + 3);
    place(cache);
    int[] before = table.clone();
    assertThat(place(cache.fork())).extracting(Move::page).containsExactly(2);
    assertThat(table[0]).isEqualTo(before[0]);
    assertThat(table[1]).isEqualTo(before[1]);
    assertThat(table[2]).isNotEqualTo(before[2]);
  }

  @Test
  void leastRecentlyUsedPagesGiveWay() {
    TokenPages first = cache(2 * PAGE);
    TokenPages second = cache(2 * PAGE);
    TokenPages third = cache(2 * PAGE);
    place(first);
    place(second);
    place(first);
    assertThat(place(third)).hasSize(2);
    assertThat(place(first)).isEmpty();
    assertThat(place(second)).hasSize(2);
    assertThat(directory.evictions()).isEqualTo(4);
  }

  @Test
  void noPageOfACallGivesWayToAnotherOfIt() {
    place(cache(PAGE));
    TokenPages whole = cache(4 * PAGE);
    assertThat(place(whole)).hasSize(4);
    assertThat(table).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void cacheLargerThanTheDeviceIsRefused() {
    assertThatThrownBy(() -> place(cache(5 * PAGE)))
        .isInstanceOf(DoesNotFitException.class)
        .hasMessageContaining("5 pages")
        .hasMessageContaining("4 slots");
  }
}
