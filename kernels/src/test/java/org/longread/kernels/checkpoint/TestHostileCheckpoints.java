package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.longread.kernels.ResidentMemory;

/**
 * Checkpoints that want to hurt: refused, with a message, in under 2 s and 200 MB of a JVM started
 * as {@code deploy/longread} starts it.
 */
class TestHostileCheckpoints {
  private static final double MOST_MEGABYTES = 200;

  /** Of processor time, its start included: what else the machine does is not ours. */
  private static final double MOST_SECONDS = 2;

  private static final String SINGLE = "m1-bf16-sparse";
  private static final String SHARDED = "m2-bf16-dense-equivalent";
  private static final String SHARD = "model-0000%d-of-000003.safetensors";
  private static final int DEEP = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FIGURES =
      Pattern.compile("cpu ([\\d.]+) wall ([\\d.]+) peak (\\d+)");

  @TempDir Path folder;

  /** A sound model, how it is spoilt, and what the message must say. */
  enum Case {
    INDEX_OUTSIDE(SHARDED, "lm_head.weight", "expected the plain name") {
      @Override
      void spoil(Path model) throws IOException {
        Path index = model.resolve(ModelFiles.INDEX);
        String name = "\"lm_head.weight\": \"";
        Files.writeString(index, Files.readString(index).replace(name, name + "../"));
      }
    },
    LINK_OUTSIDE(SINGLE, "a link to", "copy it in") {
      @Override
      void spoil(Path model) throws IOException {
        Path outside = model.resolveSibling("outside");
        Files.move(model.resolve(ModelFiles.SINGLE), outside);
        Files.createSymbolicLink(model.resolve(ModelFiles.SINGLE), outside);
      }
    },
    HEADER_OF_2_TO_60(SINGLE, "header length 1152921504606846976", "expected at most") {
      @Override
      void spoil(Path model) throws IOException {
        Shard file = Shard.read(model.resolve(ModelFiles.SINGLE));
        byte[] header = file.header.toString().getBytes(StandardCharsets.UTF_8);
        SafetensorsWriter.writeRaw(file.path, 1L << 60, header, file.data);
      }
    },
    TENSOR_OF_2_TO_60(SINGLE, "model.norm.weight: data_offsets", "truncated or its header lies") {
      @Override
      void spoil(Path model) throws IOException {
        Shard file = Shard.read(model.resolve(ModelFiles.SINGLE));
        ObjectNode entry = (ObjectNode) file.header.get("model.norm.weight");
        entry.putArray("shape").add(1 << 30).add(1 << 29);
        entry.putArray("data_offsets").add(0).add(1L << 60);
        file.write();
      }
    },
    OVERLAP_IN_A_FILE(SINGLE, "overlap another tensor", "expected to begin at") {
      @Override
      void spoil(Path model) throws IOException {
        Shard file = Shard.read(model.resolve(ModelFiles.SINGLE));
        ArrayNode offsets = (ArrayNode) file.header.get("model.norm.weight").get("data_offsets");
        long begin = offsets.get(0).asLong() - 2;
        long end = offsets.get(1).asLong() - 2;
        offsets.removeAll().add(begin).add(end);
        file.write();
      }
    },
    TENSOR_IN_TWO_SHARDS(SHARDED, "tensor lm_head.weight lies in", "expected in one file") {
      @Override
      void spoil(Path model) throws IOException {
        Shard from = Shard.read(model.resolve(SHARD.formatted(3)));
        Shard to = Shard.read(model.resolve(SHARD.formatted(1)));
        to.add("lm_head.weight", from);
        to.write();
      }
    },
    DEEP_CONFIG(SINGLE, "config.json", "nesting depth") {
      @Override
      void spoil(Path model) throws IOException {
        Files.writeString(model.resolve("config.json"), "{\"a\":" + deep() + "}");
      }
    },
    DEEP_INDEX(SHARDED, ModelFiles.INDEX, "nesting depth") {
      @Override
      void spoil(Path model) throws IOException {
        Files.writeString(model.resolve(ModelFiles.INDEX), "{\"weight_map\":" + deep() + "}");
      }
    },
    DEEP_TOKENIZER(SINGLE, TokenizerFile.NAME, "nesting depth") {
      @Override
      void spoil(Path model) throws IOException {
        Files.writeString(model.resolve(TokenizerFile.NAME), "{\"model\":" + deep() + "}");
      }
    },
    TOKENIZER_OF_10_MILLION_MERGES(SINGLE, "model.merges has more entries than", "allowed") {
      @Override
      void spoil(Path model) throws IOException {
        String start =
            "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1},\"merges\":[\"a b\"";
        write(model.resolve(TokenizerFile.NAME), start, ",\"a b\"", 10_000_000, "]}}");
      }
    },
    CONFIG_OF_90_MEGABYTES(SINGLE, "config.json", "expected at most 8000000") {
      @Override
      void spoil(Path model) throws IOException {
        write(model.resolve("config.json"), "{\"a\":[{}", ",{}", 30_000_000, "]}");
      }
    },
    CONFIG_OF_MANY_OBJECTS(SINGLE, "config.json", "Token count") {
      @Override
      void spoil(Path model) throws IOException {
        write(model.resolve("config.json"), "{\"a\":[{}", ",{}", 2_600_000, "]}");
      }
    };

    private final String golden;
    private final String said;

    Case(String golden, String... said) {
      this.golden = golden;
      this.said = String.join("\n", said);
    }

    abstract void spoil(Path model) throws IOException;

    private static String deep() {
      return "[".repeat(DEEP) + "]".repeat(DEEP);
    }

    private static void write(Path file, String start, String again, int times, String end)
        throws IOException {
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        out.write(start);
        for (int n = 1; n < times; n++) {
          out.write(again);
        }
        out.write(end);
      }
    }
  }

  /** A safetensors file taken apart. */
  private static final class Shard {
    private final Path path;
    private final ObjectNode header;
    private byte[] data;

    private Shard(Path path, ObjectNode header, byte[] data) {
      this.path = path;
      this.header = header;
      this.data = data;
    }

    static Shard read(Path path) throws IOException {
      byte[] all = Files.readAllBytes(path);
      int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
      String json = new String(all, Long.BYTES, length, StandardCharsets.UTF_8);
      byte[] data = Arrays.copyOfRange(all, Long.BYTES + length, all.length);
      return new Shard(path, (ObjectNode) JSON.readTree(json), data);
    }

    void add(String tensor, Shard from) {
      ObjectNode entry = from.header.get(tensor).deepCopy();
      int begin = entry.get("data_offsets").get(0).asInt();
      int end = entry.get("data_offsets").get(1).asInt();
      int at = data.length;
      data = Arrays.copyOf(data, at + end - begin);
      System.arraycopy(from.data, begin, data, at, end - begin);
      entry.putArray("data_offsets").add(at).add(data.length);
      header.set(tensor, entry);
    }

    void write() {
      SafetensorsWriter.writeRaw(path, header.toString(), data);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isRefusedQuicklyInLittleMemory(Case hostile) throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(GoldenFiles.model(hostile.golden))) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName().toString()));
      }
    }
    hostile.spoil(model);
    Process java = java(model);
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(java.waitFor()).as(said).isEqualTo(2);
    Matcher figures = FIGURES.matcher(said);
    assertThat(figures.find()).as(said).isTrue();
    System.out.printf("%s: %s MB%n", hostile, figures.group());
    assertThat(said).contains(hostile.said.split("\n")).contains("Cannot ");
    assertThat(Double.parseDouble(figures.group(1))).as(said).isLessThan(MOST_SECONDS);
    if (ResidentMemory.peakBytes().isPresent()) {
      assertThat(Double.parseDouble(figures.group(3))).as(said).isLessThan(MOST_MEGABYTES);
    }
  }

  private static Process java(Path model) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-Xmn128m",
                "-XX:ActiveProcessorCount=2",
                "-cp",
                System.getProperty("java.class.path"),
                HostileCheck.class.getName(),
                model.toString()))
        .redirectErrorStream(true)
        .start();
  }
}
