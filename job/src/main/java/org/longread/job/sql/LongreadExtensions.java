package org.longread.job.sql;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.StructType;
import org.longread.job.arrow.ScalaCollections;
import scala.Function1;
import scala.Option;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.runtime.BoxedUnit;

/**
 * Puts the catalog's functions into every session whose class path has the job's jar, as {@code
 * longread_generate(text[, question])}, {@code longread_score}, {@code longread_embed} and {@code
 * longread_tokens}, with the session's options.
 *
 * <p>Spark finds it as a service. The one class that uses Spark's internals; where a vendor changed
 * them, {@link LongreadCatalog} has the same functions.
 */
public final class LongreadExtensions implements SparkSessionExtensionsProvider {
  private static final String PREFIX = "longread_";

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    Plans plans = new Plans(Map.of(), "by the function");
    for (SqlFunction function : SqlFunction.values()) {
      String name = PREFIX + function.sqlName();
      Function1<Seq<Expression>, Expression> builder =
          arguments -> call(function, arguments, plans);
      extensions.injectFunction(
          new Tuple3<>(
              new FunctionIdentifier(name, Option.empty(), Option.empty()),
              info(name, function.usage()),
              builder));
    }
    return BoxedUnit.UNIT;
  }

  private static ExpressionInfo info(String name, String usage) {
    return new ExpressionInfo(
        LongreadCatalog.class.getName(), null, name, usage, "", "", "", "", "", "", "");
  }

  private static Expression call(SqlFunction function, Seq<Expression> arguments, Plans plans) {
    StructType types = new StructType();
    List<Expression> all = ScalaCollections.list(arguments);
    for (int i = 0; i < all.size(); i++) {
      types = types.add("_" + i, all.get(i).dataType());
    }
    ScalarFunction<?> bound = (ScalarFunction<?>) function.unbound(plans).bind(types);
    return new ApplyFunctionExpression(bound, arguments);
  }
}
