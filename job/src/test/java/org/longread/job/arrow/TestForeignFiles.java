package org.longread.job.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TimeStampSecTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.InvalidRunException;

/**
 * Types that Spark does not write and other writers do. Here from Arrow Java; .ci has the same from
 * Arrow's C++ library, with all compressions.
 */
class TestForeignFiles {
  @TempDir Path folder;
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void close() {
    allocator.close();
  }

  private Dataset<Row> write(int rows, FieldVector... vectors) throws IOException {
    return write(rows, new MapDictionaryProvider(), vectors);
  }

  private Dataset<Row> write(int rows, MapDictionaryProvider dictionaries, FieldVector... vectors)
      throws IOException {
    Path file = folder.resolve("a.arrow");
    try (VectorSchemaRoot root = new VectorSchemaRoot(List.of(vectors));
        FileOutputStream out = new FileOutputStream(file.toFile());
        ArrowFileWriter writer =
            new ArrowFileWriter(
                root,
                dictionaries,
                out.getChannel(),
                Map.of(),
                IpcOption.DEFAULT,
                CommonsCompressionFactory.INSTANCE,
                CodecType.LZ4_FRAME)) {
      root.setRowCount(rows);
      writer.start();
      writer.writeBatch();
      writer.end();
    }
    return Frames.read(file);
  }

  private static List<String> rows(Dataset<Row> frame) {
    return frame.collectAsList().stream().map(Row::toString).toList();
  }

  @Test
  void numbersBecomeTheNextWiderType() throws IOException {
    UInt1Vector bytes = new UInt1Vector("u8", allocator);
    UInt4Vector ints = new UInt4Vector("u32", allocator);
    UInt8Vector longs = new UInt8Vector("u64", allocator);
    Float2Vector halves = new Float2Vector("half", allocator);
    Decimal256Vector decimals = new Decimal256Vector("dec", allocator, 38, 2);
    short[] half = {0x3c00, (short) 0xfc00, 0x0001, (short) 0x8000};
    for (int i = 0; i < 4; i++) {
      bytes.setSafe(i, 255 - i);
      ints.setSafe(i, -1 - i);
      longs.setSafe(i, -1L - i);
      halves.setSafe(i, half[i]);
      decimals.setSafe(i, new java.math.BigDecimal("-123456789012345678901234567890.1" + i));
    }
    longs.setNull(3);
    Dataset<Row> read = write(4, bytes, ints, longs, halves, decimals);
    assertThat(read.schema().toDDL())
        .isEqualTo("u8 SMALLINT,u32 BIGINT,u64 DECIMAL(20,0),half FLOAT,dec DECIMAL(38,2)");
    assertThat(rows(read))
        .containsExactly(
            "[255,4294967295,18446744073709551615,1.0,-123456789012345678901234567890.10]",
            "[254,4294967294,18446744073709551614,-Infinity,-123456789012345678901234567890.11]",
            "[253,4294967293,18446744073709551613,5.9604645E-8,-123456789012345678901234567890.12]",
            "[252,4294967292,null,-0.0,-123456789012345678901234567890.13]");
  }

  @Test
  void timesOfEveryUnitBecomeMicroseconds() throws IOException {
    TimeStampSecTZVector seconds = new TimeStampSecTZVector("s", allocator, "Asia/Tokyo");
    TimeStampNanoVector nanos = new TimeStampNanoVector("ns", allocator);
    DateMilliVector days = new DateMilliVector("d64", allocator);
    DurationVector spans =
        new DurationVector(
            "span", FieldType.nullable(new ArrowType.Duration(TimeUnit.MILLISECOND)), allocator);
    IntervalMonthDayNanoVector intervals = new IntervalMonthDayNanoVector("mdn", allocator);
    seconds.setSafe(0, -1);
    nanos.setSafe(0, -1000);
    days.setSafe(0, -86_400_000L);
    spans.setSafe(0, 1500);
    intervals.setSafe(0, 13, -2, 5000);
    Dataset<Row> read = write(1, seconds, nanos, days, spans, intervals);
    assertThat(
            read.selectExpr(
                    "unix_micros(s)",
                    "cast(ns as string)",
                    "d64",
                    "cast(span as string)",
                    "cast(mdn as string)")
                .first()
                .toString())
        .isEqualTo(
            "[-1000000,1969-12-31 23:59:59.999999,1969-12-31,"
                + "INTERVAL '0 00:00:01.5' DAY TO SECOND,1 years 1 months -2 days 0.000005 seconds]");
  }

  @Test
  void partsOfAMicrosecondAreRefusedOrCut() throws IOException {
    TimeStampNanoVector nanos = new TimeStampNanoVector("ns", allocator);
    nanos.setSafe(0, 1999);
    nanos.setNull(1);
    Dataset<Row> read = write(2, nanos);
    assertThatThrownBy(read::collectAsList)
        .hasStackTraceContaining("a.arrow at offset ")
        .hasStackTraceContaining("field ns: 1999 ns")
        .hasStackTraceContaining("option nanoseconds");
    assertThat(
            rows(
                Frames.spark()
                    .read()
                    .format("arrow")
                    .option("nanoseconds", "truncate")
                    .load(folder + "/a.arrow")
                    .selectExpr("cast(ns as string)")))
        .containsExactly("[1970-01-01 00:00:00.000001]", "[null]");
  }

  @Test
  void stringsAndListsOfEveryLayoutAreRead() throws IOException {
    LargeVarCharVector large = new LargeVarCharVector("large", allocator);
    ViewVarCharVector views = new ViewVarCharVector("view", allocator);
    FixedSizeBinaryVector fixed = new FixedSizeBinaryVector("fixed", allocator, 2);
    LargeListVector lists = LargeListVector.empty("lists", allocator);
    FixedSizeListVector pairs = FixedSizeListVector.empty("pairs", 2, allocator);
    lists.addOrGetVector(FieldType.nullable(MinorType.BIGINT.getType()));
    pairs.addOrGetVector(FieldType.nullable(MinorType.BIGINT.getType()));
    BigIntVector items = (BigIntVector) lists.getDataVector();
    BigIntVector halves = (BigIntVector) pairs.getDataVector();
    for (int i = 0; i < 3; i++) {
      large.setSafe(i, ("l" + i).getBytes(UTF_8));
      views.setSafe(i, "v".repeat(10 + 3 * i).getBytes(UTF_8)); // in place, and not
      fixed.setSafe(i, new byte[] {'f', (byte) ('0' + i)});
      lists.startNewValue(i);
      for (int k = 0; k < i; k++) {
        items.setSafe(i == 1 ? 0 : k + 1, k);
      }
      lists.endValue(i, i);
      pairs.startNewValue(i);
      halves.setSafe(2 * i, i);
      halves.setNull(2 * i + 1);
    }
    pairs.setNull(2);
    Dataset<Row> read = write(3, large, views, fixed, lists, pairs);
    assertThat(
            rows(
                read.selectExpr(
                    "large",
                    "length(view)",
                    "cast(fixed as string)",
                    "to_json(lists)",
                    "to_json(pairs)")))
        .containsExactly(
            "[l0,10,f0,[],[0,null]]", "[l1,13,f1,[0],[1,null]]", "[l2,16,f2,[0,1],null]");
    assertThat(read.filter("view = 'vvvvvvvvvvvvv'").count()).isEqualTo(1);
  }

  @Test
  void dictionariesAreDecoded() throws IOException {
    VarCharVector words = new VarCharVector("words", allocator);
    for (int i = 0; i < 3; i++) {
      words.setSafe(i, ("word" + i).getBytes(UTF_8));
    }
    words.setNull(3);
    words.setValueCount(4);
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));
    MapDictionaryProvider dictionaries = new MapDictionaryProvider();
    dictionaries.put(new Dictionary(words, encoding));
    TinyIntVector codes =
        new TinyIntVector(
            "w", new FieldType(true, MinorType.TINYINT.getType(), encoding), allocator);
    for (int i = 0; i < 6; i++) {
      codes.setSafe(i, i % 4);
    }
    codes.setNull(5);
    try (words) {
      Dataset<Row> read = write(6, dictionaries, codes);
      assertThat(rows(read))
          .containsExactly("[word0]", "[word1]", "[word2]", "[null]", "[word0]", "[null]");
      assertThat(read.filter("w is null").count()).isEqualTo(2);
      assertThat(read.groupBy("w").count().count()).isEqualTo(4);
    }
  }

  @Test
  void typesWithoutASparkTypeAreNamedAndMayBeLeftOut() throws IOException {
    BigIntVector sound = new BigIntVector("n", allocator);
    sound.setSafe(0, 7);
    DenseUnionVector union = DenseUnionVector.empty("either", allocator);
    union.setValueCount(1);
    assertThatThrownBy(() -> write(1, union, sound))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("a.arrow")
        .hasMessageContaining("field either")
        .hasMessageContaining("Give a schema without it");
    assertThat(
            rows(
                Frames.spark().read().format("arrow").schema("n bigint").load(folder + "/a.arrow")))
        .containsExactly("[7]");
  }
}
