package org.longread.job.sql;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.longread.job.JobConf.Task;
import org.longread.job.sql.FaceOptions.Argument;

/** The functions of the catalog; arguments are checked when a query is analysed. */
enum SqlFunction {
  /** An answer: text[, question]. */
  GENERATE(Argument.QUESTION, "the answer to a question about a document"),
  /** A score: text[, continuation]. */
  SCORE(Argument.CONTINUATION, "log-probability and bits per byte of a document"),
  /** A vector: text. */
  EMBED(Argument.NONE, "a vector for a document"),
  /** Token ids: text. */
  TOKENS(Argument.NONE, "token ids of a text, without special tokens");

  private final Argument second;
  private final String description;

  SqlFunction(Argument second, String description) {
    this.second = second;
    this.description = description;
  }

  static Optional<SqlFunction> of(String name) {
    return Arrays.stream(values()).filter(f -> f.sqlName().equalsIgnoreCase(name)).findFirst();
  }

  String sqlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  private String signature() {
    return sqlName() + arguments();
  }

  private String arguments() {
    String more =
        second == Argument.NONE ? "" : "[, " + second.name().toLowerCase(Locale.ROOT) + "]";
    return "(text" + more + ")";
  }

  /** What {@code DESCRIBE FUNCTION} says; Spark puts the name in the place of {@code _FUNC_}. */
  String usage() {
    return "_FUNC_" + arguments() + " - " + description;
  }

  Argument second() {
    return second;
  }

  Task task() {
    return Task.valueOf(name());
  }

  /** The function as the catalog gives it. */
  UnboundFunction unbound(Plans plans) {
    return new Unbound(this, plans);
  }

  private BoundFunction bind(StructType arguments, Plans plans) {
    int most = second == Argument.NONE ? 1 : 2;
    if (arguments.size() < 1 || arguments.size() > most) {
      throw new UnsupportedOperationException(
          "Invalid arguments: %d (expected %s)".formatted(arguments.size(), signature()));
    }
    DataType text = arguments.apply(0).dataType();
    if (!isText(text) && !(text instanceof BinaryType)) {
      throw wrong(0, text, "string or binary");
    }
    if (arguments.size() == 2 && !isText(arguments.apply(1).dataType())) {
      throw wrong(1, arguments.apply(1).dataType(), "string");
    }
    Inputs inputs = new Inputs(text instanceof BinaryType, arguments.size());
    if (this == TOKENS) {
      return new Tokens(inputs, plans.tokenizer());
    }
    return new Answer(
        sqlName(), inputs, plans.documents(task(), inputs.count() == 2 ? second : Argument.NONE));
  }

  private UnsupportedOperationException wrong(int at, DataType type, String expected) {
    return new UnsupportedOperationException(
        "Invalid argument %d of %s: %s (expected %s)"
            .formatted(at + 1, signature(), type.simpleString(), expected));
  }

  static boolean isText(DataType type) {
    return type instanceof StringType || type instanceof NullType;
  }

  /** A function whose arguments are not known yet. */
  private record Unbound(SqlFunction function, @SuppressWarnings("serial") Plans plans)
      implements UnboundFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public BoundFunction bind(StructType inputType) {
      return function.bind(inputType, plans);
    }

    @Override
    public String description() {
      return function.signature() + ": " + function.description;
    }

    @Override
    public String name() {
      return function.sqlName();
    }
  }

  /** Types of the arguments. */
  private record Inputs(boolean binary, int count) implements Serializable {
    DataType first() {
      return binary ? DataTypes.BinaryType : DataTypes.StringType;
    }

    DataType[] types() {
      return count == 1 ? new DataType[] {first()} : new DataType[] {first(), DataTypes.StringType};
    }
  }

  /** Answers one document per row; a null document is null. */
  private record Answer(String name, Inputs inputs, DocumentCalls calls)
      implements ScalarFunction<InternalRow> {
    private static final long serialVersionUID = 1L;

    @Override
    public InternalRow produceResult(InternalRow input) {
      if (input.isNullAt(0)) {
        return null;
      }
      String asked = inputs.count() == 2 ? InternalValues.text(input, 1) : null;
      byte[] text = InternalValues.bytes(input, 0, inputs.first());
      return InternalValues.row(AnswerSchema.answer(calls.answer(text, asked)));
    }

    @Override
    public DataType[] inputTypes() {
      return inputs.types();
    }

    @Override
    public DataType resultType() {
      return AnswerSchema.ANSWER;
    }
  }

  /** Tokens of one text per row; a null text is null. */
  private record Tokens(Inputs inputs, TokenizerCalls calls) implements ScalarFunction<ArrayData> {
    private static final long serialVersionUID = 1L;

    @Override
    public ArrayData produceResult(InternalRow input) {
      if (input.isNullAt(0)) {
        return null;
      }
      byte[] text = InternalValues.bytes(input, 0, inputs.first());
      return calls.tokens(text).map(GenericArrayData::new).orElse(null);
    }

    @Override
    public DataType[] inputTypes() {
      return inputs.types();
    }

    @Override
    public DataType resultType() {
      return new ArrayType(DataTypes.IntegerType, false);
    }

    @Override
    public String name() {
      return TOKENS.sqlName();
    }
  }
}
