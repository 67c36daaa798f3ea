package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** JSON as we accept it: UTF-8 only, each key once, little nesting, nothing after the end. */
public final class StrictJson {
  private static final int DEEPEST = 16;
  private static final long LARGEST_FILE = 100_000_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(DEEPEST).maxNumberLength(64).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /** A parser that decodes UTF-8 itself: Jackson would also guess UTF-16 and UTF-32. */
  static JsonParser parser(byte[] json) throws IOException {
    var utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    return FACTORY.createParser(new InputStreamReader(new ByteArrayInputStream(json), utf8));
  }

  /**
   * The one object a file holds.
   *
   * @throws CheckpointException if the file cannot be read or is not JSON as we accept it
   */
  public static JsonNode readObject(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new CheckpointException(
            cannotRead(file, Files.size(file) + " bytes (expected at most " + LARGEST_FILE + ")"));
      }
      try (JsonParser parser = parser(Files.readAllBytes(file))) {
        JsonNode node = MAPPER.readTree(parser);
        if (node == null || !node.isObject()) {
          throw new CheckpointException(cannotRead(file, "not JSON (expected an object)"));
        }
        if (parser.nextToken() != null) {
          throw new CheckpointException(cannotRead(file, "text after the end of the object"));
        }
        return node;
      }
    } catch (IOException e) {
      throw new CheckpointException(cannotRead(file, reason(e)), e);
    }
  }

  /** "Cannot read FILE: WHAT". */
  static String cannotRead(Path file, String what) {
    return "Cannot read " + file + ": " + what;
  }

  /** Why reading failed, for a user. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof ClosedByInterruptException) {
      return "the thread was interrupted";
    }
    if (e instanceof CharacterCodingException) {
      return "not UTF-8 text";
    }
    if (e instanceof JsonProcessingException json) {
      var where = json.getLocation();
      String at =
          where == null ? "" : " at line " + where.getLineNr() + ", column " + where.getColumnNr();
      return "invalid JSON" + at + ": " + Printable.of(json.getOriginalMessage());
    }
    return Printable.of(e.getClass().getSimpleName() + ": " + e.getMessage());
  }
}
