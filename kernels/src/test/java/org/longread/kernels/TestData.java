package org.longread.kernels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where the bundled models lie. */
public final class TestData {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));

  private TestData() {}

  /** The demo model that users run. */
  public static Path demoModel() {
    return MODULE.resolve("../deploy/demo/model").normalize();
  }

  /** All golden data. */
  public static Path golden() {
    return MODULE.resolve("src/test/resources/golden");
  }

  /** A model of the golden data. */
  public static Path goldenModel(String name) {
    return golden().resolve("models").resolve(name);
  }

  /** Reference output of the demo model. */
  public static JsonNode demoGolden() {
    return json(MODULE.resolve("src/test/resources/demo-model/golden.json"));
  }

  private static JsonNode json(Path path) {
    try {
      return new ObjectMapper().readTree(path.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Token ids of a text as the demo model reads it: beginning of sequence, then its bytes. */
  public static int[] demoTokens(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length + 1];
    tokens[0] = 256;
    for (int i = 0; i < bytes.length; i++) {
      tokens[i + 1] = bytes[i] & 0xFF;
    }
    return tokens;
  }

  /** A page of text with one fact near its beginning and a question at its end. */
  public static String needle(int bytes) {
    String filler = "And it came to pass in those days, that they went up from the city. ";
    String fact = "The access code of Korvin: 48213. ";
    String question = "\nQuestion: What is the access code of Korvin? Answer: ";
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes / 4) {
      text.append(filler);
    }
    text.append(fact);
    while (text.length() < bytes - question.length()) {
      text.append(filler);
    }
    text.setLength(bytes - question.length());
    return text.append(question).toString();
  }
}
