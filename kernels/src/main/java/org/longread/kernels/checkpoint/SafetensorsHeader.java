package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON header of a safetensors file, checked as the format's reference implementation does
 * (github.com/huggingface/safetensors, safetensors/src/tensor.rs) and a little more strictly.
 *
 * <p>After parsing, every tensor's bytes lie inside the file, and the tensors cover the data from
 * its first to its last byte without overlap.
 */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";

  /** The 671B model has 92,000, in 163 files. */
  private static final int MOST_TENSORS = 200_000;

  private static final int MOST_SIZES = 16;

  private final Path file;
  private final long dataBytes;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<TensorInfo> tensors = new ArrayList<>();

  private SafetensorsHeader(Path file, long dataBytes) {
    this.file = file;
    this.dataBytes = dataBytes;
  }

  /**
   * Parses and checks a header.
   *
   * @param file named in errors
   * @param json the header's bytes, padding included
   * @param dataBytes bytes of the file after the header
   */
  static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) {
    SafetensorsHeader header = new SafetensorsHeader(file, dataBytes);
    try {
      header.parse(json, header.lengthWithoutPadding(json));
    } catch (IOException e) {
      throw new CheckpointException(
          StrictJson.cannotRead(file, "header: " + StrictJson.reason(e)), e);
    }
    header.checkLayout();
    return header;
  }

  /** Free text pairs. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors in the order of their data. */
  List<TensorInfo> tensors() {
    return tensors;
  }

  private int lengthWithoutPadding(byte[] json) {
    int end = json.length;
    while (end > 0 && json[end - 1] == ' ') {
      end--;
    }
    if (end < 2 || json[0] != '{' || json[end - 1] != '}') {
      throw fail("the header is not a JSON object (expected '{' first, '}' then spaces last)");
    }
    return end;
  }

  private void parse(byte[] json, int length) throws IOException {
    try (JsonParser parser = StrictJson.parser(json, length)) {
      expect(parser.nextToken(), JsonToken.START_OBJECT, "header");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals(METADATA)) {
          expect(value, JsonToken.START_OBJECT, METADATA);
          parseMetadata(parser);
        } else {
          expect(value, JsonToken.START_OBJECT, "tensor " + Printable.of(name));
          if (tensors.size() == MOST_TENSORS) {
            throw fail("more than " + MOST_TENSORS + " tensors (expected at most as many a file)");
          }
          tensors.add(parseEntry(parser, name));
        }
      }
      if (parser.nextToken() != null) {
        throw fail("text after the header's object (expected spaces only)");
      }
    }
  }

  private void parseMetadata(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA + " key " + Printable.of(key));
      metadata.put(key, parser.getText());
    }
  }

  private TensorInfo parseEntry(JsonParser parser, String name) throws IOException {
    Optional<String> dtype = Optional.empty();
    Optional<List<Long>> shape = Optional.empty();
    Optional<List<Long>> offsets = Optional.empty();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String where = "tensor " + Printable.of(name) + ", " + Printable.of(key);
      JsonToken value = parser.nextToken();
      switch (key) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, where);
          dtype = Optional.of(parser.getText());
        }
        case "shape" -> shape = Optional.of(integers(parser, where));
        case "data_offsets" -> offsets = Optional.of(integers(parser, where));
        default ->
            throw failIn(
                name,
                "unknown key " + Printable.of(key) + " (expected dtype, shape, " + "data_offsets)");
      }
    }
    if (dtype.isEmpty() || shape.isEmpty() || offsets.isEmpty()) {
      throw failIn(name, "incomplete (expected dtype, shape and data_offsets)");
    }
    return tensor(name, dtype.get(), shape.get(), offsets.get());
  }

  private TensorInfo tensor(String name, String dtype, List<Long> shape, List<Long> offsets) {
    DType type =
        DType.named(dtype)
            .orElseThrow(
                () ->
                    failIn(
                        name,
                        "unknown dtype "
                            + Printable.of(dtype)
                            + " (expected one of "
                            + Arrays.toString(DType.values())
                            + ")"));
    if (offsets.size() != 2) {
      throw failIn(name, offsets.size() + " data_offsets (expected begin and end)");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end || end > dataBytes) {
      throw failIn(
          name,
          "data_offsets "
              + offsets
              + " (expected within the file's "
              + dataBytes
              + " bytes of data; the file is truncated or its header lies)");
    }
    if (bytes(name, type, shape) != end - begin) {
      throw failIn(
          name,
          "data_offsets "
              + offsets
              + " (expected "
              + bytes(name, type, shape)
              + " bytes for "
              + type
              + " "
              + shape
              + ")");
    }
    return new TensorInfo(name, type, shape, begin, end);
  }

  private long bytes(String name, DType type, List<Long> shape) {
    try {
      long product = type.bytes();
      for (long size : shape) {
        product = Math.multiplyExact(product, size);
      }
      return product;
    } catch (ArithmeticException e) {
      throw failIn(
          name, "shape " + Printable.of(shape.toString()) + " (expected fewer than 2^63 bytes)");
    }
  }

  private List<Long> integers(JsonParser parser, String where) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, where);
    List<Long> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
      if (values.size() == MOST_SIZES) {
        throw fail(where + ": more than " + MOST_SIZES + " numbers (expected at most as many)");
      }
      boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!fits || parser.getLongValue() < 0) {
        throw fail(where + ": " + Printable.of(parser.getText()) + " (expected 0 to 2^63 - 1)");
      }
      values.add(parser.getLongValue());
    }
    return values;
  }

  private void checkLayout() {
    tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    long next = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.begin() != next) {
        String fault = tensor.begin() < next ? "overlap another tensor" : "leave a hole";
        throw failIn(
            tensor.name(),
            "data_offsets ["
                + tensor.begin()
                + ", "
                + tensor.end()
                + "] "
                + fault
                + " (expected to begin at "
                + next
                + ")");
      }
      next = tensor.end();
    }
    if (next != dataBytes) {
      throw fail(
          "the file holds "
              + dataBytes
              + " bytes of data (expected "
              + next
              + ", the end of the last tensor)");
    }
  }

  private void expect(JsonToken found, JsonToken expected, String where) {
    if (found != expected) {
      throw fail(where + ": " + found + " (expected " + expected + ")");
    }
  }

  private CheckpointException failIn(String tensor, String what) {
    return fail("tensor " + Printable.of(tensor) + ": " + what);
  }

  private CheckpointException fail(String what) {
    return new CheckpointException(StrictJson.cannotRead(file, what));
  }
}
