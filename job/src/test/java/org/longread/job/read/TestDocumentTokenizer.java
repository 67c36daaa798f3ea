package org.longread.job.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.task.PreparedDocument.Text;
import org.longread.job.task.Tokens;
import org.longread.kernels.checkpoint.CheckpointException;

class TestDocumentTokenizer {
  private static DocumentTokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = DocumentTokenizer.open(Path.of("..", "deploy", "demo", "model"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void offsetsAreCodePoints() {
    String text = "a\u00e9\ud83d\ude00b";
    Tokens tokens = tokenizer.tokenize(text);
    assertThat(tokens.ids()).containsExactly(97, 195, 169, 240, 159, 152, 128, 98);
    assertThat(tokens.starts()).containsExactly(0, 1, 1, 2, 2, 2, 2, 3);
    assertThat(tokens.ends()).containsExactly(1, 2, 2, 3, 3, 3, 3, 4);
  }

  @Test
  void everyByteOfUtf8IsAToken() {
    String text = "\u0000 \t\r\n\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff";
    int[] bytes = new int[text.getBytes(StandardCharsets.UTF_8).length];
    Arrays.setAll(bytes, i -> text.getBytes(StandardCharsets.UTF_8)[i] & 0xff);
    assertThat(tokenizer.tokenize(text).ids()).isEqualTo(bytes);
    assertThat(tokenizer.decode(bytes)).isEqualTo(text);
  }

  @Test
  void specialTokensStandAtTheStartAlone() {
    assertThat(tokenizer.specialPrefix()).containsExactly(256);
    assertThat(tokenizer.tokenize("").count()).isZero();
    assertThat(tokenizer.tokenize("x").ids()).containsExactly(120);
    assertThat(tokenizer.tokenizeText("x").ids()).containsExactly(120);
  }

  @Test
  void decodingSkipsSpecialTokensAndMarksCutCharacters() {
    assertThat(tokenizer.decode(new int[] {256, 104, 105, 257})).isEqualTo("hi");
    assertThat(tokenizer.decode(new int[] {104, 0xc3})).isEqualTo("h\ufffd");
    assertThat(tokenizer.decode(new int[0])).isEmpty();
  }

  @Test
  void textKnowsItsBytes() {
    Text text = tokenizer.tokenizeText("\u00e9\u20ac");
    assertThat(text.utf8Bytes()).isEqualTo(5);
    assertThat(text.ids()).hasSize(5);
  }

  @Test
  void longTextIsNeitherCutNorPadded() {
    assertThat(tokenizer.tokenize("x".repeat(100_000)).count()).isEqualTo(100_000);
  }

  @Test
  void threadsShareIt() {
    int[] expected = tokenizer.tokenize("In the beginning").ids();
    assertThat(IntStream.range(0, 200).parallel().boxed())
        .allSatisfy(
            i -> assertThat(tokenizer.tokenize("In the beginning").ids()).isEqualTo(expected));
  }

  @Test
  void brokenFileIsNamed(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> DocumentTokenizer.open(folder)).hasMessageContaining("tokenizer.json");
    Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": 1");
    assertThatThrownBy(() -> DocumentTokenizer.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot read " + folder);
    Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": 1}");
    assertThatThrownBy(() -> DocumentTokenizer.open(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot open tokenizer")
        .hasMessageContaining(folder.toString());
  }
}
