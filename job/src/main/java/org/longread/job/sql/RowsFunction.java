package org.longread.job.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.RowFactory;
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
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.longread.job.arrow.ScalaCollections;
import org.longread.job.read.Document;
import org.longread.job.read.DocumentSource;
import org.longread.job.sql.FaceOptions.Argument;

/**
 * All rows of a document as a run would write them: id, text and, where the task has it, questions
 * (an array) or a continuation. What a null means is as in a run: an error row.
 */
record RowsFunction(SqlFunction function, @SuppressWarnings("serial") Plans plans)
    implements UnboundFunction {
  private static final long serialVersionUID = 1L;
  private static final String SUFFIX = "_rows";

  /** The function of such a name. */
  static Optional<UnboundFunction> of(String name, Plans plans) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(SUFFIX)
        ? SqlFunction.of(lower.substring(0, lower.length() - SUFFIX.length()))
            .filter(function -> function != SqlFunction.TOKENS)
            .map(function -> new RowsFunction(function, plans))
        : Optional.empty();
  }

  @Override
  public BoundFunction bind(StructType arguments) {
    Argument second = arguments.size() > 2 ? function.second() : Argument.NONE;
    boolean fits =
        arguments.size() == (second == Argument.NONE ? 2 : 3)
            && DocumentSource.isId(arguments.apply(0).dataType())
            && isBody(arguments.apply(1).dataType())
            && (second == Argument.NONE || isAsked(second, arguments.apply(2).dataType()));
    if (!fits) {
      throw new UnsupportedOperationException(
          "Invalid arguments: %s (expected %s)".formatted(arguments.simpleString(), signature()));
    }
    DataType[] types =
        Arrays.stream(arguments.fields()).map(field -> field.dataType()).toArray(DataType[]::new);
    return new Bound(name(), List.of(types), plans.documents(function.task(), second), second);
  }

  private static boolean isBody(DataType type) {
    return SqlFunction.isText(type) || type instanceof BinaryType;
  }

  private static boolean isAsked(Argument second, DataType type) {
    return second == Argument.QUESTION
        ? type instanceof ArrayType array && SqlFunction.isText(array.elementType())
        : SqlFunction.isText(type);
  }

  private String signature() {
    return switch (function.second()) {
      case NONE -> name() + "(id, text)";
      case QUESTION -> name() + "(id, text[, array of questions])";
      case CONTINUATION -> name() + "(id, text[, continuation])";
    };
  }

  @Override
  public String description() {
    return signature() + ": rows of the result table";
  }

  @Override
  public String name() {
    return function.sqlName() + SUFFIX;
  }

  private record Bound(String name, List<DataType> types, DocumentCalls calls, Argument second)
      implements ScalarFunction<ArrayData> {
    private static final long serialVersionUID = 1L;

    @Override
    public ArrayData produceResult(InternalRow input) {
      Object id = input.isNullAt(0) ? null : input.get(0, types.get(0));
      byte[] text = input.isNullAt(1) ? null : InternalValues.bytes(input, 1, types.get(1));
      boolean asked = second != Argument.NONE && !input.isNullAt(2);
      Document document =
          DocumentSource.document(
              RowFactory.create(
                  id instanceof UTF8String string ? string.toString() : id,
                  text,
                  null,
                  asked && second == Argument.QUESTION ? questions(input.getArray(2)) : null,
                  asked && second == Argument.CONTINUATION ? InternalValues.text(input, 2) : null));
      return new GenericArrayData(
          calls.rows(document).stream()
              .map(row -> InternalValues.row(AnswerSchema.tableRow(row)))
              .toArray());
    }

    private static Object questions(ArrayData array) {
      String[] texts = new String[array.numElements()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = array.isNullAt(i) ? null : array.getUTF8String(i).toString();
      }
      return ScalaCollections.seq(Arrays.asList(texts));
    }

    @Override
    public DataType[] inputTypes() {
      return types.toArray(DataType[]::new);
    }

    @Override
    public DataType resultType() {
      return DataTypes.createArrayType(AnswerSchema.table(types.get(0)), false);
    }
  }
}
