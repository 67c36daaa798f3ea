package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The {@code post_processor} of a {@code tokenizer.json}, which puts special tokens around a text.
 * The tokenizer library ends the process, not the call, where a template names a special token that
 * it does not define.
 */
final class PostProcessor {
  private static final int MOST_TOKENS = 100_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private PostProcessor() {}

  /**
   * Reads the object the parser stands at the beginning of, to its end.
   *
   * @throws CheckpointException if it is very large, or a template's token is not defined
   */
  static void check(Path file, JsonParser parser) throws IOException {
    try (TokenBuffer buffer = new TokenBuffer(parser)) {
      int depth = 0;
      int tokens = 0;
      JsonToken token = parser.currentToken();
      while (token != null) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (++tokens > MOST_TOKENS) {
          throw new CheckpointException(
              StrictJson.cannotRead(
                  file, "post_processor has more than " + MOST_TOKENS + " JSON tokens"));
        }
        buffer.copyCurrentEvent(parser);
        token = depth == 0 ? null : parser.nextToken();
      }
      if (depth == 0) {
        checkTemplates(file, JSON.readTree(buffer.asParser()));
      }
    }
  }

  private static void checkTemplates(Path file, JsonNode node) {
    for (String template : new String[] {"single", "pair"}) {
      for (JsonNode piece : node.path(template)) {
        JsonNode id = piece.path("SpecialToken").path("id");
        if (id.isTextual() && !node.path("special_tokens").has(id.textValue())) {
          throw new CheckpointException(
              StrictJson.cannotRead(
                  file,
                  "post_processor: special token "
                      + Printable.of(id.textValue())
                      + " of its template (expected one of its special_tokens)"));
        }
      }
    }
    node.forEach(child -> checkTemplates(file, child));
  }
}
