package org.longread.job.sql;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.ProcedureCatalog;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.longread.job.InvalidRunException;

/**
 * A catalog with the functions {@code generate}, {@code score}, {@code embed} and {@code tokens},
 * and the procedure {@code run}:
 *
 * <pre>
 * SET spark.sql.catalog.lr = org.longread.job.sql.LongreadCatalog;
 * SET spark.sql.catalog.lr.model = models/v3.2;
 * SELECT id, lr.generate(text, 'Which law governs?').text FROM contracts;
 * CALL lr.run(input => 'contracts/', output => 'answers/', task => 'generate');
 * </pre>
 *
 * <p>For each function of documents there is one that yields whole rows of the result table, as an
 * array to be {@code inline}d: {@code generate_rows(id, text[, questions])}, {@code score_rows(id,
 * text[, continuation])}, {@code embed_rows(id, text)}.
 *
 * <p>Options are those of a run: the catalog's own, fixed when Spark first uses it, then the
 * session's {@code spark.longread.*} of the moment. Several catalogs may have different options.
 */
public final class LongreadCatalog implements FunctionCatalog, ProcedureCatalog {
  private String name = "";
  private Map<String, String> options = Map.of();
  private Plans plans = new Plans(options, "");

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap given) {
    name = catalog;
    options = new TreeMap<>(given.asCaseSensitiveMap());
    plans = new Plans(options, "in Spark conf spark.sql.catalog." + catalog + ".*");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return Arrays.stream(SqlFunction.values())
        .map(function -> Identifier.of(new String[0], function.sqlName()))
        .toArray(Identifier[]::new);
  }

  @Override
  public UnboundFunction loadFunction(Identifier ident) throws NoSuchFunctionException {
    Optional<UnboundFunction> rows = RowsFunction.of(ident.name(), plans);
    return SqlFunction.of(ident.name())
        .map(function -> function.unbound(plans))
        .or(() -> rows)
        .filter(function -> ident.namespace().length == 0)
        .orElseThrow(() -> new NoSuchFunctionException(ident));
  }

  @Override
  public Identifier[] listProcedures(String[] namespace) {
    return new Identifier[] {Identifier.of(new String[0], RunProcedure.NAME)};
  }

  @Override
  public UnboundProcedure loadProcedure(Identifier ident) {
    if (ident.namespace().length == 0 && ident.name().equalsIgnoreCase(RunProcedure.NAME)) {
      return new RunProcedure(options, name);
    }
    throw new InvalidRunException(
        "Invalid procedure: %s (expected %s.%s)".formatted(ident, name, RunProcedure.NAME));
  }
}
