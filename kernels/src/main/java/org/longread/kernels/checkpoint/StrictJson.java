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

/**
 * JSON as we accept it: UTF-8 only, each key once, little nesting, nothing after the end. What is
 * read into a tree takes some tens of MB at most.
 */
public final class StrictJson {
  private static final int DEEPEST = 16;

  /** A configuration; published ones have some KB, those of tokenizers up to some MB. */
  private static final long LARGEST_FILE = 8_000_000;

  /** An index of shards; that of the 671B model has 9 MB. */
  private static final long LARGEST_INDEX = 32_000_000;

  /** Names, values, and beginnings and ends of objects and lists, each of which is an object. */
  private static final long MOST_TOKENS = 1 << 20;

  private static final JsonFactory HEADERS = factory(Long.MAX_VALUE);
  private static final JsonFactory TREES = factory(MOST_TOKENS);

  private static final JsonMapper MAPPER =
      JsonMapper.builder(TREES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  private static JsonFactory factory(long mostTokens) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST)
                .maxNumberLength(64)
                .maxTokenCount(mostTokens)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
  }

  /** A parser of the first {@code length} bytes, for one who counts what it reads. */
  static JsonParser parser(byte[] json, int length) throws IOException {
    return parser(HEADERS, json, length);
  }

  /** A parser that decodes UTF-8 itself: Jackson would also guess UTF-16 and UTF-32. */
  private static JsonParser parser(JsonFactory factory, byte[] json, int length)
      throws IOException {
    var utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    return factory.createParser(
        new InputStreamReader(new ByteArrayInputStream(json, 0, length), utf8));
  }

  /**
   * The one object a configuration file holds.
   *
   * @throws CheckpointException if the file cannot be read or is not JSON as we accept it
   */
  public static JsonNode readObject(Path file) {
    return readObject(file, LARGEST_FILE);
  }

  /** The object of an index of shards; else as {@link #readObject(Path)}. */
  static JsonNode readIndex(Path file) {
    return readObject(file, LARGEST_INDEX);
  }

  private static JsonNode readObject(Path file, long largest) {
    try {
      if (Files.size(file) > largest) {
        throw new CheckpointException(
            cannotRead(file, Files.size(file) + " bytes (expected at most " + largest + ")"));
      }
      byte[] json = Files.readAllBytes(file);
      try (JsonParser parser = parser(TREES, json, json.length)) {
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
