package org.longread.job.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.job.task.Tokens;

/**
 * Ids, offsets and texts as Hugging Face tokenizers gives them; tokenizer_expected.py wrote them.
 */
class TestTokenizerEquality {
  private static final Path FOLDER = Path.of("src", "test", "resources", "tokenizers");

  @ParameterizedTest
  @ValueSource(strings = {"bytes", "fallback"})
  void hardTextsBecomeTheSameTokensAtTheSameOffsets(String name) throws IOException {
    Path model = FOLDER.resolve(name);
    JsonNode cases = new ObjectMapper().readTree(model.resolve("expected.json").toFile());
    assertThat(cases).hasSizeGreaterThan(20);
    try (DocumentTokenizer tokenizer = DocumentTokenizer.open(model)) {
      for (JsonNode one : cases) {
        String text = one.path("text").asText();
        Tokens tokens = tokenizer.tokenize(text);
        assertThat(tokens.ids()).as(text).isEqualTo(ints(one.path("ids")));
        assertThat(tokens.starts()).as(text).isEqualTo(ints(one.path("starts")));
        assertThat(tokens.ends()).as(text).isEqualTo(ints(one.path("ends")));
        assertThat(tokenizer.tokenizeText(text).ids()).as(text).isEqualTo(tokens.ids());
        assertThat(tokenizer.decode(tokens.ids())).as(text).isEqualTo(one.path("decoded").asText());
      }
    }
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
