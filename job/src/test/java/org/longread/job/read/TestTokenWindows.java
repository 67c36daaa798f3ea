package org.longread.job.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.job.task.Tokens;

/** A text in windows has the tokens, at the offsets, that one call for the whole gives. */
class TestTokenWindows {
  private static final Path TINY = Path.of("src", "test", "resources", "tokenizers");
  private static final long SEED = 20260731;

  private static Stream<Path> models() {
    return Stream.of(
        TINY.resolve("bytes"), TINY.resolve("fallback"), Path.of("..", "deploy", "demo", "model"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void windowsOfTheUsualSizeJoinToTheWhole(Path model) {
    try (DocumentTokenizer tokenizer = DocumentTokenizer.open(model)) {
      String text = mixed(1_500_000);
      same(tokenizer.tokenize(text), tokenizer.atOnce(text), model + " mixed");
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void smallWindowsJoinToTheWholeWhateverIsAtTheirSeams(Path model) {
    try (DocumentTokenizer tokenizer = DocumentTokenizer.open(model)) {
      TokenWindows small = new TokenWindows(tokenizer::atOnce, 1024, 256);
      for (String text :
          new String[] {
            mixed(60_000),
            "a".repeat(30_001),
            "ab ".repeat(10_000),
            "1234567".repeat(4_000),
            " ".repeat(20_000) + "x",
            "\n \t".repeat(7_000) + "<s>",
            "\ud83d\ude00".repeat(9_000),
            "e\u0301\u0323".repeat(9_000),
            "<s>".repeat(3_000) + "</s>".repeat(3_000),
            "\u0915\u094d\u0937\u093f ".repeat(5_000),
            "<s> the end of the text </s>".repeat(1_500)
          }) {
        same(small.tokens(text), tokenizer.atOnce(text), model + " " + text.substring(0, 16));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1023, 1024, 1025, 2048})
  void lengthsAboutThatOfAWindow(int length) {
    try (DocumentTokenizer tokenizer = DocumentTokenizer.open(TINY.resolve("fallback"))) {
      TokenWindows small = new TokenWindows(tokenizer::atOnce, 1024, 256);
      String text = mixed(4096).substring(0, length);
      same(small.tokens(text), tokenizer.atOnce(text), "length " + length);
    }
  }

  /** One token per run of letters: only a window that has the whole run says how long it is. */
  @Test
  void whereWindowsDoNotAgreeTheWholeIsTaken() {
    TokenWindows small = new TokenWindows(TestTokenWindows::oneToken, 64, 16);
    String text = "x".repeat(10_000);
    assertThat(small.tokens(text)).usingRecursiveComparison().isEqualTo(oneToken(text));
  }

  private static Tokens oneToken(String text) {
    return new Tokens(new int[] {text.length()}, new int[] {0}, new int[] {text.length()});
  }

  private static void same(Tokens actual, Tokens expected, String what) {
    assertThat(actual.ids()).as(what).isEqualTo(expected.ids());
    assertThat(actual.starts()).as(what).isEqualTo(expected.starts());
    assertThat(actual.ends()).as(what).isEqualTo(expected.ends());
  }

  /** Words, numbers, white space, marks, emoji, special tokens and runs of one letter. */
  private static String mixed(int chars) {
    Random random = new Random(SEED);
    String[] pieces = {
      "the ", "contract ", "hello", " world", ". ", "\n\n", "12345678901", "\t", "   ", "<s>",
          "</s>",
      "\ud83d\udc69\u200d\ud83d\udcbb", "e\u0301", "\u00fc", "\u4e2d\u6587", "\u0627\u0644",
          "\u2581", "\u00a0", "'s", "==>", "\r\n", "\u0000",
    };
    StringBuilder text = new StringBuilder();
    while (text.length() < chars) {
      String piece = pieces[random.nextInt(pieces.length)];
      text.append(random.nextInt(200) == 0 ? piece.repeat(random.nextInt(400)) : piece);
    }
    return text.toString();
  }
}
