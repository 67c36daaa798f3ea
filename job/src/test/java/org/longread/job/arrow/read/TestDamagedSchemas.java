package org.longread.job.arrow.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.longread.job.arrow.file.Block;
import org.longread.job.arrow.file.FileFooter;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.file.FooterReader;
import org.longread.job.arrow.type.UnsupportedFieldException;

/** A footer or a batch that lies about its data is an error: it moves no read to other memory. */
class TestDamagedSchemas {
  private static final int ROWS = 40;
  private static final ArrowType.Int INT32 = new ArrowType.Int(32, true);

  @TempDir Path folder;

  @AfterEach
  void nothingLeaks() {
    assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isZero();
  }

  /** One column of integers of 32 bits and one of such indices into a dictionary. */
  private static Path file(Path at) throws IOException {
    DictionaryEncoding encoding = new DictionaryEncoding(5, false, INT32);
    try (BufferAllocator allocator = new RootAllocator();
        IntVector words = new IntVector("words", allocator);
        IntVector ints = new IntVector("n", allocator);
        IntVector codes = new IntVector("e", new FieldType(true, INT32, encoding), allocator)) {
      for (int i = 0; i < ROWS; i++) {
        words.setSafe(i, -i);
        ints.setSafe(i, i);
        codes.setSafe(i, i);
      }
      words.setValueCount(ROWS);
      MapDictionaryProvider dictionaries = new MapDictionaryProvider();
      dictionaries.put(new Dictionary(words, encoding));
      try (VectorSchemaRoot root = new VectorSchemaRoot(List.of(ints, codes));
          FileOutputStream out = new FileOutputStream(at.toFile());
          ArrowFileWriter writer = new ArrowFileWriter(root, dictionaries, out.getChannel())) {
        root.setRowCount(ROWS);
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    return at;
  }

  private static FileFooter footer(Path file) throws IOException {
    try (FileInput in =
        FileInput.open(
            new org.apache.hadoop.fs.Path(file.toUri()), Files.size(file), new Configuration())) {
      return FooterReader.read(in);
    }
  }

  private static List<ArrowBlock> blocks(List<Block> blocks) {
    return blocks.stream()
        .map(block -> new ArrowBlock(block.offset(), block.metadataBytes(), block.bodyBytes()))
        .toList();
  }

  /** The file with other fields in its footer, its batches as they were. */
  static void changeFields(Path file, List<Field> fields) throws IOException {
    FileFooter footer = footer(file);
    byte[] bytes = Files.readAllBytes(file);
    int tail = Integer.BYTES + "ARROW1".length();
    int footerBytes =
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - tail);
    var builder = new com.google.flatbuffers.FlatBufferBuilder();
    builder.finish(
        new ArrowFooter(new Schema(fields), blocks(footer.dictionaries()), blocks(footer.batches()))
            .writeTo(builder));
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(bytes, 0, bytes.length - tail - footerBytes);
    ByteBuffer other = builder.dataBuffer();
    int otherBytes = other.remaining();
    Channels.newChannel(changed).write(other);
    changed.write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(otherBytes)
            .array());
    changed.write(Arrays.copyOfRange(bytes, bytes.length - tail + Integer.BYTES, bytes.length));
    Files.write(file, changed.toByteArray());
  }

  static Stream<Field> undefinedTypes() {
    ArrowType.Int odd = new ArrowType.Int(12, true);
    Field text = Field.nullable("text", new ArrowType.Utf8());
    Field values = Field.nullable("values", INT32);
    return Stream.of(
        Field.nullable("n", new ArrowType.Int(0, true)),
        Field.nullable("n", new ArrowType.Int(36, true)),
        Field.nullable("n", new ArrowType.Int(36, false)),
        Field.nullable("n", new ArrowType.Int(-32, true)),
        Field.nullable("n", new ArrowType.Int(128, true)),
        Field.nullable("n", new ArrowType.Time(TimeUnit.SECOND, 64)),
        Field.nullable("n", new ArrowType.Time(TimeUnit.MILLISECOND, 0)),
        Field.nullable("n", new ArrowType.Time(TimeUnit.NANOSECOND, 32)),
        Field.nullable("n", new ArrowType.Decimal(9, 0, 0)),
        Field.nullable("n", new ArrowType.Decimal(9, 0, 36)),
        Field.nullable("n", new ArrowType.Decimal(9, 0, -128)),
        Field.nullable("n", new ArrowType.Decimal(0, 0, 32)),
        Field.nullable("n", new ArrowType.Decimal(10, 0, 32)),
        Field.nullable("n", new ArrowType.FixedSizeBinary(-1)),
        new Field("n", FieldType.nullable(new ArrowType.FixedSizeList(-1)), List.of(values)),
        new Field("n", new FieldType(true, INT32, new DictionaryEncoding(5, false, odd)), null),
        new Field("n", FieldType.nullable(new ArrowType.RunEndEncoded()), List.of(text, values)));
  }

  @ParameterizedTest
  @MethodSource("undefinedTypes")
  void typesThatTheFormatDoesNotDefineAreRefused(Field undefined) throws IOException {
    Path file = file(folder.resolve("lies.arrow"));
    changeFields(file, List.of(undefined, footer(file).schema().getFields().get(1)));
    assertThatThrownBy(() -> WholeFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lies.arrow at offset ")
        .hasMessageContaining("field n");
  }

  @Test
  void decimalsOfAnyScaleFitSparkOrAreRefused() throws IOException {
    for (int scale : new int[] {Integer.MIN_VALUE, -1_000_000_000, -38, 39, Integer.MAX_VALUE}) {
      Path file = file(folder.resolve("lies.arrow"));
      changeFields(
          file,
          List.of(
              Field.nullable("n", new ArrowType.Decimal(1, scale, 32)),
              footer(file).schema().getFields().get(1)));
      assertThatThrownBy(() -> WholeFile.read(file))
          .isInstanceOf(UnsupportedFieldException.class)
          .hasMessageContaining("field n");
    }
  }

  @Test
  void aDictionaryIsOfOneType() throws IOException {
    Path file = file(folder.resolve("lies.arrow"));
    DictionaryEncoding encoding = new DictionaryEncoding(5, false, INT32);
    changeFields(
        file,
        List.of(
            new Field("n", new FieldType(true, INT32, encoding), null),
            new Field("e", new FieldType(true, new ArrowType.Utf8(), encoding), null)));
    assertThatThrownBy(() -> WholeFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lies.arrow at offset ");
  }

  /** Rows of the batch and values of each array are the same number, in 64 bits each. */
  @Test
  void batchesThatClaimOtherRowsAreRefused() throws IOException {
    Path file = file(folder.resolve("lies.arrow"));
    Block batch = footer(file).batches().get(0);
    byte[] sound = Files.readAllBytes(file);
    assertThat(WholeFile.read(file)).isEqualTo(ROWS);
    int claims = 0;
    for (long at = batch.offset(); at < batch.bodyOffset(); at += Long.BYTES) {
      byte[] bytes = sound.clone();
      ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (words.getLong((int) at) != ROWS) {
        continue;
      }
      claims++;
      for (long claim : new long[] {0, -1, -ROWS, ROWS - 1, ROWS + 1, Long.MIN_VALUE}) {
        words.putLong((int) at, claim);
        Files.write(file, bytes);
        assertThatThrownBy(() -> WholeFile.read(file))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("lies.arrow at offset ");
      }
    }
    assertThat(claims).isEqualTo(3);
  }
}
