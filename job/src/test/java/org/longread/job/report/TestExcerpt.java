package org.longread.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.longread.job.report.Excerpt.LeftOut;
import org.longread.job.report.Excerpt.Marked;
import org.longread.job.report.Excerpt.Piece;
import org.longread.job.report.Excerpt.Plain;

/** The right characters are marked, and nothing is lost in between. */
class TestExcerpt {
  private static final String SMILE = "\uD83D\uDE00";

  private static Span span(long start, long end, double weight) {
    return new Span(start, end, weight);
  }

  private static List<Marked> marks(Excerpt excerpt) {
    return excerpt.pieces().stream()
        .filter(Marked.class::isInstance)
        .map(Marked.class::cast)
        .toList();
  }

  /** Code points of all pieces, those left out included. */
  private static long characters(Excerpt excerpt) {
    long sum = 0;
    for (Piece piece : excerpt.pieces()) {
      if (piece instanceof Plain plain) {
        sum += plain.text().codePointCount(0, plain.text().length());
      } else if (piece instanceof Marked marked) {
        sum += marked.text().codePointCount(0, marked.text().length());
      } else if (piece instanceof LeftOut left) {
        sum += left.characters();
      }
    }
    return sum;
  }

  @Test
  void offsetsCountCodePoints() {
    String text = SMILE.repeat(1000) + "code" + SMILE.repeat(1000);
    Excerpt excerpt = Excerpt.of(text, List.of(span(999, 1005, 0.5)));
    assertThat(marks(excerpt)).containsExactly(new Marked(SMILE + "code" + SMILE, 1, 0.5));
    assertThat(characters(excerpt)).isEqualTo(2004);
    assertThat(excerpt.pieces())
        .allSatisfy(
            piece -> {
              String shown = piece instanceof Plain plain ? plain.text() : "";
              assertThat(shown.codePoints().filter(c -> c >= 0xD800 && c < 0xE000)).isEmpty();
            });
  }

  @Test
  void overlappingSpansBecomeOneOfTheStrongerRank() {
    String text = "0123456789".repeat(10);
    List<Span> spans = List.of(span(20, 30, 0.6), span(10, 25, 0.2), span(50, 52, 0.1));
    Excerpt excerpt = Excerpt.of(text, spans);
    assertThat(marks(excerpt))
        .containsExactly(new Marked("01234567890123456789", 1, 0.6), new Marked("01", 3, 0.1));
    assertThat(excerpt.spansOutside()).isZero();
    assertThat(characters(excerpt)).isEqualTo(100);
  }

  @Test
  void spansOutsideTheTextAreCountedAndNotShown() {
    List<Span> spans =
        List.of(
            span(2, 11, 0.5),
            span(-1, 3, 0.4),
            span(4, 4, 0.3),
            span(7, 5, 0.2),
            span(Long.MAX_VALUE - 1, Long.MAX_VALUE, 0.1),
            span(8, 10, 0.05));
    Excerpt excerpt = Excerpt.of("0123456789", spans);
    assertThat(excerpt.spansOutside()).isEqualTo(5);
    assertThat(marks(excerpt)).containsExactly(new Marked("89", 6, 0.05));
  }

  @Test
  void farSpansHaveTheTextBetweenThemLeftOut() {
    String text = "lorem ipsum ".repeat(1000);
    Excerpt excerpt = Excerpt.of(text, List.of(span(9000, 9005, 0.7), span(1200, 1205, 0.3)));
    assertThat(marks(excerpt)).extracting(Marked::text).containsExactly("lorem", "lorem");
    assertThat(marks(excerpt)).extracting(Marked::rank).containsExactly(2, 1);
    assertThat(excerpt.pieces()).filteredOn(LeftOut.class::isInstance).hasSize(3);
    assertThat(characters(excerpt)).isEqualTo(text.length());
  }

  @Test
  void longTextMakesAShortExcerpt() {
    String word = "x".repeat(1_000_000);
    Excerpt excerpt = Excerpt.of(word, List.of(span(10, 900_000, 1)));
    assertThat(shown(excerpt)).isBetween(1_000, 2_000);
    assertThat(characters(excerpt)).isEqualTo(1_000_000);
    Excerpt beginning = Excerpt.of(word, List.of());
    assertThat(shown(beginning)).isBetween(100, 400);
    assertThat(characters(beginning)).isEqualTo(1_000_000);
    assertThat(Excerpt.of("", List.of()).pieces()).isEmpty();
  }

  private static int shown(Excerpt excerpt) {
    return excerpt.pieces().stream()
        .mapToInt(
            piece ->
                piece instanceof Plain plain
                    ? plain.text().length()
                    : piece instanceof Marked marked ? marked.text().length() : 0)
        .sum();
  }
}
