package org.longread.kernels.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.longread.kernels.ops.InvalidSelectionException;

class TestSelectionWatch {
  private final SelectionWatch watch = new SelectionWatch();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "64; 0 5 65; entry 2 is 65 (expected 6..64)",
        "64; 0 5 5; entry 2 is 5 (expected 6..64)",
        "64; 7 5 9; entry 1 is 5 (expected 8..64)",
        "64; 0 5 -1; entry 2 is -1 (expected 6..64)",
        "64; -1 0 1; entry 0 is -1 (expected 0..64)",
        "0; 0 1 -1; entry 1 is 1 (expected -1: none)"
      })
  void whatNoBackendMaySelectIsRefusedWithItsPlace(int position, String entries, String rule) {
    assertThatThrownBy(() -> watch.look(3, position, 3, indices(entries)))
        .isInstanceOf(InvalidSelectionException.class)
        .hasMessageContaining("Invalid selection of position " + position + " in layer 3: " + rule);
  }

  @Test
  void whatABackendMaySelectPasses() {
    assertThatCode(
            () -> {
              watch.look(0, 64, 3, indices("0 5 64"));
              watch.look(0, 0, 3, indices("0 -1 -1"));
              watch.look(0, 64, 3, indices("62 63 64"));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void everySelectionIsLookedAtWhereverTheRowsBegin() {
    assertThatCode(() -> watch.look(0, 65, 1, new int[63])).doesNotThrowAnyException();
    for (int row : new int[] {0, 17, 62, 63}) {
      int[] broken = new int[64];
      broken[row] = 129;
      assertThatThrownBy(() -> watch.look(0, 65, 1, broken))
          .hasMessageContaining("position " + (65 + row));
    }
  }

  @Test
  void patternsCountWhereMuchMoreIsVisibleThanIsKept() {
    watch.look(0, 64, 20, indices(45, 20));
    assertThat(seen()).as("65 visible, 20 kept").isEmpty();
    watch.look(0, 128, 3, indices("126 127 128"));
    watch.look(0, 129, 3, indices("0 1 2"));
    watch.look(2, 128, 3, indices("0 1 128"));
    watch.look(2, 128, 3, indices("0 1 2"));
    assertThat(seen()).as("rows, newest, oldest").containsExactly("1 1 0", "0 0 0", "2 0 1");
  }

  private List<String> seen() {
    List<String> layers = new ArrayList<>();
    watch.forEachLayer((rows, newest, oldest) -> layers.add(rows + " " + newest + " " + oldest));
    return layers;
  }

  private static int[] indices(String entries) {
    return Pattern.compile(" ").splitAsStream(entries).mapToInt(Integer::parseInt).toArray();
  }

  private static int[] indices(int first, int count) {
    return IntStream.range(first, first + count).toArray();
  }
}
