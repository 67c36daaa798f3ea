package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestTokenizerFile {
  @TempDir Path folder;

  @Test
  void aFolderWithoutOneIsFine() {
    assertThatCode(() -> TokenizerFile.check(folder)).doesNotThrowAnyException();
  }

  @Test
  void manyEntriesElsewhereAreNotOurs() throws IOException {
    write("{\"other\": {\"vocab\": [", "1", "]}, \"model\": {\"vocab\": {}}}", (1 << 21) + 10);
    assertThatCode(() -> TokenizerFile.check(folder)).doesNotThrowAnyException();
  }

  @Test
  void tenMillionMergesAreTooMany() throws IOException {
    write("{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [", "\"a b\"", "]}}", 10_000_000);
    assertThatThrownBy(() -> TokenizerFile.check(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer.json: model.merges has more entries than the 2097152");
  }

  @Test
  void aVocabularyOfPairsIsCountedToo() throws IOException {
    write("{\"model\": {\"vocab\": [", "[\"a\", -1.5]", "]}}", (1 << 21) + 2);
    assertThatThrownBy(() -> TokenizerFile.check(folder))
        .hasMessageContaining("model.vocab has more entries");
  }

  @Test
  void nestingTenThousandDeepIsRefused() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"model\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}");
    assertThatThrownBy(() -> TokenizerFile.check(folder))
        .hasMessageContaining("invalid JSON")
        .hasMessageContaining("nesting depth");
  }

  @Test
  void aTemplateWhoseSpecialTokenIsNotDefinedIsRefused() throws IOException {
    String file =
        """
        {"post_processor": {"type": "Sequence", "processors": [{"type": "TemplateProcessing",
          "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}],
          "special_tokens": {"%s": {"id": "<s>", "ids": [2], "tokens": ["<s>"]}}}]}}""";
    Files.writeString(folder.resolve("tokenizer.json"), file.formatted("<s>"));
    assertThatCode(() -> TokenizerFile.check(folder)).doesNotThrowAnyException();
    Files.writeString(folder.resolve("tokenizer.json"), file.formatted("<t>"));
    assertThatThrownBy(() -> TokenizerFile.check(folder))
        .hasMessageContaining("special token <s> of its template (expected one of its special");
  }

  @ParameterizedTest
  @CsvSource({"[1], not a tokenizer", "'', not a tokenizer", "'{\"model\": ', invalid JSON"})
  void whatIsNoObjectIsRefused(String text, String message) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), text);
    assertThatThrownBy(() -> TokenizerFile.check(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("Cannot read")
        .hasMessageContaining(message);
  }

  private void write(String before, String entry, String after, int entries) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("tokenizer.json"))) {
      out.write(before);
      for (int i = 0; i < entries; i++) {
        out.write(i == 0 ? entry : "," + entry);
      }
      out.write(after);
    }
  }
}
