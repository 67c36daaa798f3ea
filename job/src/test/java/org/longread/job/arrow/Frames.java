package org.longread.job.arrow;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.longread.job.Inputs;

/** Data frames for the tests of the source. */
final class Frames {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  private Frames() {}

  static SparkSession spark() {
    SparkSession spark = Inputs.spark();
    spark.conf().set("spark.sql.timeType.enabled", true);
    return spark;
  }

  /** Rows with every type that can be written, a null in each seventh row; 3 partitions. */
  static Dataset<Row> everyType(int rows) {
    String[] columns = {
      "id % 2 = 0 as bool",
      "cast(id % 100 as tinyint) as i8",
      "cast(id as smallint) as i16",
      "cast(-id as int) as i32",
      "id * 1000000007L as i64",
      "cast(id as float) / 3 as f32",
      "cast(id as double) / 7 as f64",
      "cast(id as decimal(9,2)) as dec9",
      "cast(id as decimal(18,0)) * 7 as dec18",
      "cast(concat(id, '12345678901234567890.12345') as decimal(38,5)) as dec38",
      "substring('" + LETTERS + "é€😀', 1 + id % 9, id % 30) as text",
      "cast('x' as varchar(5)) as limited",
      "cast(repeat(char(id % 256), id % 20) as binary) as bytes",
      "date'1969-12-25' + cast(id as int) as day",
      "timestamp_micros(id * 86399999999L - 999999999999L) as instant",
      "cast(timestamp_micros(id * 86399999999L) as timestamp_ntz) as local",
      "time'00:00:01.000001' + make_dt_interval(0, id % 23) as clock",
      "make_dt_interval(id, -1, 2, 3.000004) as span",
      "interval '3' hour * id as hours",
      "make_ym_interval(id, 3) as months",
      "cast(null as void) as nothing",
      "slice(array(id, null, id + 1, 4), 1, id % 5) as list",
      "array(array(text_, null), array()) as lists",
      "map(text_, id, 'other', null) as mapping",
      "map('k', array(named_struct('a', id))) as nested_map",
      "named_struct('a', id, 'b', named_struct('c', text_, 'd', array(id))) as struct",
      "array(named_struct('x', text_, 'y', null), null) as structs",
      "parse_json(concat('{\"a\":[', id, ',null]}')) as variant",
    };
    for (int i = 0; i < columns.length; i++) {
      int as = columns[i].lastIndexOf(" as ");
      columns[i] =
          "if(id %% 7 = %d, null, %s)%s"
              .formatted(i % 7, columns[i].substring(0, as), columns[i].substring(as));
    }
    String[] all = Arrays.copyOf(columns, columns.length + 1);
    all[columns.length] = "id as key";
    return spark().range(0, rows, 1, 3).selectExpr("*", "concat('t', id) as text_").selectExpr(all);
  }

  /** What two frames must have in common: JSON of every row, in order of the key. */
  static List<String> rows(Dataset<Row> frame) {
    return frame
        .orderBy("key")
        .selectExpr(
            "to_json(struct(* except (nothing, clock, variant, span, hours, months)),"
                + " map('ignoreNullFields', 'false'))",
            "cast(clock as string)",
            "cast(variant as string)",
            "cast(span as string)",
            "cast(hours as string)",
            "cast(months as string)")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  static Dataset<Row> read(Path path) {
    return spark().read().format("arrow").load(path.toString());
  }
}
