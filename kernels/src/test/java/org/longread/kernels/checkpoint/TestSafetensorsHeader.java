package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TestSafetensorsHeader {
  private static final String GOOD = entry("a", "F32", "[2]", "[0,8]");

  @TempDir Path folder;

  private static String entry(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }

  /** Name of the attack, header, bytes of data, what the message must say. */
  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("end beyond file", entry("a", "F32", "[4]", "[0,16]"), 8, "beyond|within the file"),
        attack("begin after end", entry("a", "F32", "[2]", "[8,0]"), 8, "tensor a: data_offsets"),
        attack("overlap", GOOD + "," + entry("b", "F32", "[2]", "[4,12]"), 12, "b: .*overlap"),
        attack(
            "twice the same bytes", GOOD + "," + entry("b", "F32", "[2]", "[0,8]"), 8, "overlap"),
        attack("hole", GOOD + "," + entry("b", "F32", "[1]", "[12,16]"), 16, "b: .*hole"),
        attack("hole at start", entry("a", "F32", "[1]", "[4,8]"), 8, "a: .*hole.*begin at 0"),
        attack("bytes left over", GOOD, 9, "holds 9 bytes of data \\(expected 8"),
        attack("negative size", entry("a", "F32", "[-2]", "[0,8]"), 8, "a, shape: -2"),
        attack("two negative sizes", entry("a", "F32", "[-1,-2]", "[0,8]"), 8, "shape: -1"),
        attack("negative offset", entry("a", "F32", "[2]", "[-8,0]"), 8, "data_offsets: -8"),
        attack("fractional size", entry("a", "F32", "[2.0]", "[0,8]"), 8, "a, shape"),
        attack("size as text", entry("a", "F32", "[\"2\"]", "[0,8]"), 8, "a, shape"),
        attack(
            "size beyond long", entry("a", "F32", "[18446744073709551618]", "[0,8]"), 8, "2\\^63"),
        attack(
            "product wraps to 8 bytes",
            entry("a", "F32", "[4611686018427387905,2]", "[0,8]"),
            8,
            "fewer than 2\\^63"),
        attack(
            "product wraps to 0",
            entry("a", "U8", "[4294967296,4294967296]", "[0,0]"),
            0,
            "fewer than 2\\^63"),
        attack("shape too small", entry("a", "F32", "[1]", "[0,8]"), 8, "expected 4 bytes"),
        attack("shape too large", entry("a", "F32", "[3]", "[0,8]"), 8, "expected 12 bytes"),
        attack("shape is a number", entry("a", "F32", "2", "[0,8]"), 8, "a, shape"),
        attack("nested shape", entry("a", "F32", "[[2]]", "[0,8]"), 8, "a, shape"),
        attack("three offsets", entry("a", "F32", "[2]", "[0,4,8]"), 8, "3 data_offsets"),
        attack("unknown dtype", entry("a", "Q4_K", "[2]", "[0,8]"), 8, "a: unknown dtype Q4_K"),
        attack("dtype in lower case", entry("a", "f32", "[2]", "[0,8]"), 8, "unknown dtype f32"),
        attack(
            "dtype is a number",
            "\"a\":{\"dtype\":4,\"shape\":[2],\"data_offsets\":[0,8]}",
            8,
            "a, dtype"),
        attack("no dtype", "\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}", 8, "a: incomplete"),
        attack("no shape", "\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}", 8, "incomplete"),
        attack("no offsets", "\"a\":{\"dtype\":\"F32\",\"shape\":[2]}", 8, "incomplete"),
        attack(
            "unknown key",
            "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"url\":\"x\"}",
            8,
            "a: unknown key url"),
        attack("entry is a list", "\"a\":[]", 0, "tensor a: START_ARRAY"),
        attack("the same tensor twice", GOOD + "," + GOOD, 8, "Duplicate"),
        attack(
            "the same tensor twice, once escaped",
            GOOD + "," + entry("\\u0061", "F32", "[2]", "[0,8]"),
            8,
            "Duplicate"),
        attack(
            "the same key twice",
            "\"a\":{\"dtype\":\"F32\",\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}",
            8,
            "Duplicate"),
        attack("metadata of numbers", "\"__metadata__\":{\"x\":1}," + GOOD, 8, "key x"),
        attack("metadata of objects", "\"__metadata__\":{\"x\":{}}," + GOOD, 8, "key x"),
        attack("metadata is text", "\"__metadata__\":\"x\"," + GOOD, 8, "__metadata__"),
        attack("metadata twice", "\"__metadata__\":{},\"__metadata__\":{}", 0, "Duplicate"),
        attack("deep nesting", "\"a\":" + "[".repeat(100_000), 0, "tensor a|JSON object"),
        attack(
            "deep shape",
            entry("a", "F32", "[".repeat(9000) + "]".repeat(9000), "[0,8]"),
            8,
            "a, shape"),
        attack(
            "a number of a million digits",
            entry("a", "F32", "[" + "1".repeat(1_000_000) + "]", "[0,8]"),
            8,
            "invalid JSON"),
        attack("a comment", "/* */" + GOOD, 8, "invalid JSON"),
        attack("trailing comma", GOOD + ",", 8, "invalid JSON"),
        attack("second object", GOOD + "} {", 8, "text after"));
  }

  private static Arguments attack(String name, String entries, int dataBytes, String message) {
    return Arguments.of(name, "{" + entries + "}", dataBytes, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void refuses(String name, String header, int dataBytes, String message) {
    Path file =
        SafetensorsWriter.writeRaw(
            folder.resolve("model.safetensors"), header, new byte[dataBytes]);
    assertRefused(file, message);
  }

  @Test
  void refusesMoreTensorsThanAnyModelHas() {
    String entry = "\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
    String header =
        IntStream.range(0, 200_001)
            .mapToObj(entry::formatted)
            .collect(Collectors.joining(",", "{", "}"));
    assertRefused(
        SafetensorsWriter.writeRaw(folder.resolve("x"), header, new byte[0]),
        "more than 200000 tensors");
  }

  @Test
  void refusesAHeaderLengthBeyondTheFile() {
    assertRefused(withLength(1000, "{}"), "header length 1000 \\(expected at most 2, the rest");
  }

  @Test
  void refusesAHeaderLengthBeyondTheLimit() {
    assertRefused(withLength(1L << 40, "{}"), "header length 1099511627776 ");
  }

  @Test
  void refusesAHugeHeaderThatIsReallyThere() throws IOException {
    Path file = withLength(SafetensorsFile.HEADER_LIMIT_BYTES + 1, "{");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(2 * SafetensorsFile.HEADER_LIMIT_BYTES);
    }
    assertRefused(file, "header length 100000001 \\(expected at most 100000000\\)");
  }

  @Test
  void refusesAHeaderLengthWithItsTopBitSet() {
    assertRefused(withLength(-1, "{}"), "header length 18446744073709551615 ");
  }

  @Test
  void refusesAHeaderLengthOfZero() {
    assertRefused(withLength(0, ""), "not a JSON object");
  }

  @Test
  void refusesAHeaderThatIsCutOff() {
    assertRefused(withLength(20, "{" + GOOD + "}"), "not a JSON object");
  }

  @Test
  void refusesAnythingBeforeTheFirstBrace() {
    assertRefused(write("\uFEFF{}", StandardCharsets.UTF_8), "not a JSON object");
    assertRefused(write(" {}", StandardCharsets.UTF_8), "not a JSON object");
    assertRefused(write("garbage", StandardCharsets.UTF_8), "not a JSON object");
    assertRefused(write("[]", StandardCharsets.UTF_8), "not a JSON object");
  }

  @Test
  void refusesOtherPaddingThanSpaces() {
    assertRefused(write("{}\n", StandardCharsets.UTF_8), "not a JSON object");
    assertRefused(write("{}\0", StandardCharsets.UTF_8), "not a JSON object");
  }

  @Test
  void refusesOtherEncodingsThanUtf8() {
    assertRefused(write("{\"é\":1}", StandardCharsets.ISO_8859_1), "not UTF-8");
    assertRefused(write("{\"a\":1}", StandardCharsets.UTF_16LE), "Cannot read");
  }

  @Test
  void refusesEveryTruncationOfAModel() throws IOException {
    byte[] whole =
        Files.readAllBytes(
            GoldenFiles.model("m4-bf16-indexer-interleaved").resolve("model.safetensors"));
    for (int size = 0; size < whole.length; size += 997) {
      assertRefused(Files.write(folder.resolve("x"), Arrays.copyOf(whole, size)), "expected");
    }
  }

  @Test
  void keepsControlCharactersOutOfMessages() {
    Path file =
        SafetensorsWriter.writeRaw(
            folder.resolve("x"),
            "{" + entry("\\u001b[31m\\n", "X", "[]", "[0,0]") + "}",
            new byte[0]);
    assertRefused(file, "tensor \\\\u001b\\[31m\\\\u000a: unknown dtype");
  }

  private Path withLength(long length, String header) {
    return SafetensorsWriter.writeRaw(
        folder.resolve("x"), length, header.getBytes(StandardCharsets.UTF_8), new byte[0]);
  }

  private Path write(String header, Charset charset) {
    byte[] bytes = header.getBytes(charset);
    return SafetensorsWriter.writeRaw(folder.resolve("x"), bytes.length, bytes, new byte[0]);
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot read " + file + ": ")
        .hasMessageFindingMatch(message);
  }
}
