package org.longread.job.read;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.longread.job.read.BalancedPartitions.DocumentCost;

/**
 * How long documents are, without their text.
 *
 * @param table {@link #HASH} of the id, null if there is no id; {@link #UNITS}: bytes of text or
 *     number of tokens; {@link #ASKED}: characters of questions; {@link #QUESTIONS}: how many
 */
record DocumentLengths(Dataset<Row> table) {
  private static final String HASH = "hash";
  private static final String UNITS = "units";
  private static final String ASKED = "asked";
  private static final String QUESTIONS = "questions";

  /** Of rows with the columns of {@link InputSchema}. */
  static DocumentLengths of(Dataset<Row> rows, AdjacentRows.Rule sameId, boolean text) {
    Column body = col(InputSchema.BODY);
    Dataset<Row> lengths =
        rows.select(
            col(InputSchema.ID),
            (text ? coalesce(octet_length(body), lit(0)) : entries(body)).cast("bigint").as(UNITS),
            asked().as(ASKED),
            entries(col(InputSchema.QUESTIONS)).as(QUESTIONS));
    Dataset<Row> whole =
        switch (sameId) {
          case MISTAKES -> lengths;
          case PARTS ->
              lengths
                  .groupBy(InputSchema.ID)
                  .agg(sum(UNITS).as(UNITS), max(ASKED).as(ASKED), max(QUESTIONS).as(QUESTIONS));
        };
    return new DocumentLengths(
        whole.select(
            when(col(InputSchema.ID).isNotNull(), hash()).as(HASH),
            col(UNITS),
            col(ASKED),
            col(QUESTIONS)));
  }

  /** What ids are told apart by. */
  static Column hash() {
    return xxhash64(col(InputSchema.ID));
  }

  private static Column asked() {
    return coalesce(
        aggregate(
            col(InputSchema.QUESTIONS),
            lit(0),
            (total, question) -> total.plus(coalesce(length(question), lit(0)))),
        lit(0));
  }

  /** Spark's settings decide whether the size of null is null or -1. */
  private static Column entries(Column array) {
    return when(array.isNull(), lit(0)).otherwise(size(array));
  }

  /** Planned costs, in batches. */
  JavaRDD<CostBatch> costs(DocumentCost cost) {
    return table.toJavaRDD().mapPartitions(rows -> new Batches(rows, cost));
  }

  private static final class Batches implements Iterator<CostBatch> {
    private final Iterator<Row> rows;
    private final DocumentCost cost;

    Batches(Iterator<Row> rows, DocumentCost cost) {
      this.rows = rows;
      this.cost = cost;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public CostBatch next() {
      long[] hashes = new long[CostBatch.MAX];
      double[] costs = new double[CostBatch.MAX];
      int count = 0;
      long nameless = 0;
      while (count < CostBatch.MAX && rows.hasNext()) {
        Row row = rows.next();
        if (row.isNullAt(0)) {
          nameless++;
        } else {
          hashes[count] = row.getLong(0);
          double units = row.getLong(1) + row.getInt(2);
          // Whole numbers, whose sum does not depend on their order.
          costs[count++] = Math.rint(cost.of(units, row.getInt(3)));
        }
      }
      return new CostBatch(Arrays.copyOf(hashes, count), Arrays.copyOf(costs, count), nameless);
    }
  }
}
