package org.longread.job.read;

import java.util.Optional;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

/** Types an id column may have; the result's {@code doc_id} has the same. */
public enum IdType {
  /** Text. */
  STRING,
  /** 8 bits. */
  BYTE,
  /** 16 bits. */
  SHORT,
  /** 32 bits. */
  INT,
  /** 64 bits. */
  LONG;

  static Optional<IdType> of(DataType type) {
    if (type instanceof StringType) {
      return Optional.of(STRING);
    }
    if (type instanceof ByteType) {
      return Optional.of(BYTE);
    }
    if (type instanceof ShortType) {
      return Optional.of(SHORT);
    }
    if (type instanceof IntegerType) {
      return Optional.of(INT);
    }
    return type instanceof LongType ? Optional.of(LONG) : Optional.empty();
  }
}
