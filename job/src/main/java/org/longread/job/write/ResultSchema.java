package org.longread.job.write;

import static org.longread.job.write.ArrowTypes.BOOL;
import static org.longread.job.write.ArrowTypes.FLOAT32;
import static org.longread.job.write.ArrowTypes.FLOAT64;
import static org.longread.job.write.ArrowTypes.INT32;
import static org.longread.job.write.ArrowTypes.INT64;
import static org.longread.job.write.ArrowTypes.UTF8;
import static org.longread.job.write.ArrowTypes.item;
import static org.longread.job.write.ArrowTypes.itemStruct;
import static org.longread.job.write.ArrowTypes.nullable;
import static org.longread.job.write.ArrowTypes.nullableList;
import static org.longread.job.write.ArrowTypes.required;
import static org.longread.job.write.ArrowTypes.requiredList;

import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.longread.job.read.IdType;

/**
 * The columns of the result table. Frozen: other people's pipelines read it. A change of any name,
 * type or order raises {@link #VERSION}.
 */
public final class ResultSchema {
  /** Version of result and statistics schema, in the metadata of every file. */
  public static final String VERSION = "1";

  /** Metadata key of {@link #VERSION}. */
  public static final String VERSION_KEY = "longread.schema_version";

  private ResultSchema() {}

  /** The schema for documents with such ids. */
  public static Schema of(IdType idType) {
    return new Schema(
        List.of(
            nullable("doc_id", type(idType)),
            required("question_index", INT32),
            required("status", UTF8),
            nullable("error_code", UTF8),
            nullable("error_message", UTF8),
            required("prompt_tokens", INT64),
            required("output_tokens", INT32),
            required("truncated", BOOL),
            nullable("text", UTF8),
            nullable("finish_reason", UTF8),
            nullable("output_log_prob", FLOAT64),
            nullable("bits_per_byte", FLOAT64),
            nullable("log_prob_sum", FLOAT64),
            nullableList("embedding", item(FLOAT32)),
            requiredList(
                "evidence",
                itemStruct(
                    required("start", INT64), required("end", INT64), required("weight", FLOAT32))),
            nullable("captured_mass", FLOAT32),
            nullable("selection_recall", FLOAT32),
            nullable("cost_usd", FLOAT64)),
        Map.of(VERSION_KEY, VERSION));
  }

  private static ArrowType type(IdType idType) {
    return switch (idType) {
      case STRING -> UTF8;
      case BYTE -> new ArrowType.Int(8, true);
      case SHORT -> new ArrowType.Int(16, true);
      case INT -> INT32;
      case LONG -> INT64;
    };
  }
}
