package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Holds a {@code tokenizer.json} to limits before a tokenizer is built from it: that takes memory
 * and time in proportion, outside the Java heap. Reads the file as a stream, once, and stops at the
 * first limit passed.
 */
public final class TokenizerFile {
  /** The file's name in a model folder. */
  public static final String NAME = "tokenizer.json";

  private static final long LARGEST_FILE = 256_000_000;
  private static final int DEEPEST = 64;
  private static final int LONGEST_TEXT = 16_000_000;

  /** Entries allowed below a key of the file; published tokenizers have about half a million. */
  private static final Map<String, Integer> MOST =
      Map.of("/model/vocab", 1 << 21, "/model/merges", 1 << 21, "/added_tokens", 1 << 17);

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(64)
                  .maxStringLength(LONGEST_TEXT)
                  .build())
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private TokenizerFile() {}

  /**
   * Checks the file of a model folder, if it has one.
   *
   * @throws CheckpointException if it is no JSON object, or larger, deeper or longer than allowed
   */
  public static void check(Path folder) {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      return;
    }
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new CheckpointException(
            StrictJson.cannotRead(
                file, Files.size(file) + " bytes (expected at most " + LARGEST_FILE + ")"));
      }
      try (InputStream bytes = Files.newInputStream(file);
          JsonParser parser =
              FACTORY.createParser(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
        scan(file, parser);
      }
    } catch (IOException e) {
      throw new CheckpointException(StrictJson.cannotRead(file, StrictJson.reason(e)), e);
    }
  }

  private static void scan(Path file, JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new CheckpointException(
          StrictJson.cannotRead(file, "not a tokenizer (expected a JSON object)"));
    }
    JsonToken token = parser.nextToken();
    while (token != null) {
      if (token.isStructStart()) {
        JsonStreamContext around = parser.getParsingContext().getParent();
        String at = around.inArray() ? "" : path(around);
        if (MOST.containsKey(at)) {
          count(file, parser, MOST.get(at));
        } else if (at.equals("/post_processor")) {
          PostProcessor.check(file, parser);
        }
      }
      token = parser.nextToken();
    }
  }

  /** Reads an array or object to its end, whose entries must not be more than {@code most}. */
  private static void count(Path file, JsonParser parser, int most) throws IOException {
    JsonStreamContext inside = parser.getParsingContext();
    String name = path(inside.getParent()).substring(1).replace('/', '.');
    while (parser.nextToken() != null && parser.getParsingContext() != inside.getParent()) {
      if (inside.getEntryCount() > most) {
        throw new CheckpointException(
            StrictJson.cannotRead(file, name + " has more entries than the " + most + " allowed"));
      }
    }
  }

  /** Names from the root to where a context stands, as in "/model/vocab"; arrays have none. */
  private static String path(JsonStreamContext context) {
    if (context.inRoot()) {
      return "";
    }
    String name = context.getCurrentName();
    return path(context.getParent()) + "/" + (name == null ? "" : name);
  }
}
