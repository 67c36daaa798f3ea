package org.longread.job.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.longread.job.InvalidRunException;
import org.longread.job.JobConf;
import org.longread.job.NearestName;

/** The columns a run reads: found, of a type that will do, and under names of our own. */
final class InputSchema {
  static final String ID = "id";
  static final String BODY = "body";
  static final String PART = "part";
  static final String QUESTIONS = "questions";
  static final String CONTINUATION = "continuation";

  private final StructType schema;
  private final JobConf.Input input;

  InputSchema(StructType schema, JobConf.Input input) {
    this.schema = schema;
    this.input = input;
  }

  /** The id's type; checks the id column. */
  IdType idType() {
    DataType type = type("id-column", input.idColumn());
    return IdType.of(type)
        .orElseThrow(() -> wrongType("id-column", input.idColumn(), type, "string or integer"));
  }

  /**
   * Columns {@link #ID}, {@link #BODY} (binary or array of bigint), {@link #PART}, {@link
   * #QUESTIONS}, {@link #CONTINUATION}; null where a run has none.
   *
   * @throws InvalidRunException for a column that is missing or of the wrong type
   */
  Column[] columns() {
    List<Column> columns = new ArrayList<>();
    idType();
    columns.add(column(input.idColumn()).as(ID));
    columns.add(body().as(BODY));
    columns.add(
        optional("part-column", input.partColumn(), InputSchema::isIntegral, "integer")
            .map(part -> part.cast("bigint"))
            .orElse(lit(null).cast("bigint"))
            .as(PART));
    columns.add(
        optional(
                "questions-column",
                input.questionsColumn(),
                arrayOf(InputSchema::isText),
                "array of string")
            .orElse(lit(null).cast("array<string>"))
            .as(QUESTIONS));
    columns.add(
        optional("continuation-column", input.continuationColumn(), InputSchema::isText, "string")
            .orElse(lit(null).cast("string"))
            .as(CONTINUATION));
    return columns.toArray(Column[]::new);
  }

  private Column body() {
    if (!input.tokensColumn().isEmpty()) {
      Predicate<DataType> tokens = arrayOf(InputSchema::isIntegral);
      return optional("tokens-column", input.tokensColumn(), tokens, "array of integer")
          .orElseThrow()
          .cast("array<bigint>");
    }
    // As bytes, so that text that is not UTF-8 is seen and not replaced.
    return optional(
            "text-column",
            input.textColumn(),
            type -> isText(type) || type instanceof BinaryType,
            "string or binary")
        .orElseThrow(
            () -> new InvalidRunException("Invalid input: neither text-column nor tokens-column"))
        .cast("binary");
  }

  private static boolean isText(DataType type) {
    return type instanceof StringType;
  }

  private static boolean isIntegral(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType;
  }

  private static Predicate<DataType> arrayOf(Predicate<DataType> element) {
    return type -> type instanceof ArrayType array && element.test(array.elementType());
  }

  private Optional<Column> optional(
      String option, String name, Predicate<DataType> allowed, String expected) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    DataType type = type(option, name);
    if (!allowed.test(type)) {
      throw wrongType(option, name, type, expected);
    }
    return Optional.of(column(name));
  }

  private DataType type(String option, String name) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(name)) {
      throw new InvalidRunException(
          "Invalid %s: %s (no such column%s; the input has %s)"
              .formatted(option, name, NearestName.hint(name, names), String.join(", ", names)));
    }
    return schema.apply(name).dataType();
  }

  private static Column column(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  private static InvalidRunException wrongType(
      String option, String name, DataType type, String expected) {
    return new InvalidRunException(
        "Invalid %s: %s (its type is %s, expected %s)"
            .formatted(option, name, type.simpleString(), expected));
  }
}
