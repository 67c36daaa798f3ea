package org.longread.job.arrow.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.longread.job.arrow.type.UnsupportedFieldException;

/** A damaged file is an error that names it, or other values; never a crash, a leak or a flood. */
class TestDamagedFiles {
  private static final int ROWS = 40;
  private static final int MUTATIONS = 200;

  @TempDir Path folder;

  @AfterEach
  void nothingLeaks() {
    assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isZero();
    assertThat(ArrowUtils.rootAllocator().getChildAllocators()).isEmpty();
    assertThat(ArrowUtils.rootAllocator().getPeakMemoryAllocation()).isLessThan(1L << 30);
  }

  /** Ints, strings, lists of strings, decimals and a dictionary, in three batches. */
  private static byte[] file(Path at, CodecType codec) throws IOException {
    ArrowType.Int index = new ArrowType.Int(32, true);
    try (BufferAllocator allocator = new RootAllocator();
        IntVector ints = new IntVector("i", allocator);
        VarCharVector texts = new VarCharVector("s", allocator);
        ListVector lists = ListVector.empty("l", allocator);
        DecimalVector decimals = new DecimalVector("d", allocator, 20, 2);
        VarCharVector words = new VarCharVector("words", allocator);
        IntVector codes =
            new IntVector(
                "e",
                new FieldType(true, index, new DictionaryEncoding(5, false, index)),
                allocator)) {
      lists.addOrGetVector(FieldType.nullable(MinorType.VARCHAR.getType()));
      MapDictionaryProvider dictionaries = new MapDictionaryProvider();
      for (int i = 0; i < 4; i++) {
        words.setSafe(i, ("word" + i).getBytes(UTF_8));
      }
      words.setValueCount(4);
      dictionaries.put(new Dictionary(words, new DictionaryEncoding(5, false, index)));
      List<FieldVector> vectors = List.of(ints, texts, lists, decimals, codes);
      try (VectorSchemaRoot root = new VectorSchemaRoot(vectors);
          FileOutputStream out = new FileOutputStream(at.toFile());
          ArrowFileWriter writer =
              new ArrowFileWriter(
                  root,
                  dictionaries,
                  out.getChannel(),
                  Map.of(),
                  IpcOption.DEFAULT,
                  codec == CodecType.NO_COMPRESSION
                      ? NoCompressionCodec.Factory.INSTANCE
                      : CommonsCompressionFactory.INSTANCE,
                  codec)) {
        writer.start();
        for (int batch = 0; batch < 3; batch++) {
          fill(ints, texts, lists, decimals, codes);
          root.setRowCount(ROWS);
          writer.writeBatch();
        }
        writer.end();
      }
    }
    return Files.readAllBytes(at);
  }

  private static void fill(
      IntVector ints,
      VarCharVector texts,
      ListVector lists,
      DecimalVector decimals,
      IntVector codes) {
    VarCharVector items = (VarCharVector) lists.getDataVector();
    int item = 0;
    for (int i = 0; i < ROWS; i++) {
      ints.setSafe(i, i);
      codes.setSafe(i, i % 4);
      decimals.setSafe(i, i * 1000L);
      if (i % 5 == 0) {
        texts.setNull(i);
        lists.setNull(i);
        continue;
      }
      texts.setSafe(i, "x".repeat(i).getBytes(UTF_8));
      lists.startNewValue(i);
      for (int k = 0; k < i % 3; k++) {
        items.setSafe(item++, "item".getBytes(UTF_8));
      }
      lists.endValue(i, i % 3);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CodecType.class,
      names = {"NO_COMPRESSION", "ZSTD", "LZ4_FRAME"})
  void damageIsAnErrorThatNamesTheFile(CodecType codec) throws IOException {
    Path file = folder.resolve("damaged.arrow");
    byte[] sound = file(file, codec);
    assertThat(WholeFile.read(file)).isEqualTo(3 * ROWS);
    Random random = new Random(11);
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = sound.clone();
      int damage = 1 + random.nextInt(4);
      for (int k = 0; k < damage; k++) {
        bytes[random.nextInt(bytes.length)] =
            (byte) (random.nextInt(4) == 0 ? 0xff : random.nextInt());
      }
      Files.write(file, bytes);
      try {
        WholeFile.read(file);
      } catch (IOException | ArithmeticException e) {
        assertThat(e).hasMessageContaining("damaged.arrow at offset ");
        messages.add(e.getMessage());
      } catch (UnsupportedFieldException e) {
        messages.add(e.getMessage()); // the scan adds the file's name
      }
    }
    assertThat(messages).hasSizeGreaterThan(MUTATIONS / 10);
  }

  @ParameterizedTest
  @EnumSource(
      value = CodecType.class,
      names = {"NO_COMPRESSION", "ZSTD"})
  void filesCutAnywhereAreErrorsThatNameTheFile(CodecType codec) throws IOException {
    Path file = folder.resolve("cut.arrow");
    byte[] sound = file(file, codec);
    for (int length = 0; length < sound.length; length += 97) {
      Files.write(file, Arrays.copyOf(sound, length));
      assertThatThrownBy(() -> WholeFile.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cut.arrow at offset ");
    }
  }
}
