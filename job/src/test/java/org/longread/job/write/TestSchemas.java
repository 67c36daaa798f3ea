package org.longread.job.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.longread.job.read.IdType;

/** Holds the tables to what other people's pipelines rely on. */
class TestSchemas {
  @Test
  void resultsAreAsPromised() {
    Schema schema = ResultSchema.of(IdType.STRING);
    assertThat(schema.getFields().stream().map(Field::toString))
        .containsExactly(
            "doc_id: Utf8",
            "question_index: Int(32, true) not null",
            "status: Utf8 not null",
            "error_code: Utf8",
            "error_message: Utf8",
            "prompt_tokens: Int(64, true) not null",
            "output_tokens: Int(32, true) not null",
            "truncated: Bool not null",
            "text: Utf8",
            "finish_reason: Utf8",
            "output_log_prob: FloatingPoint(DOUBLE)",
            "bits_per_byte: FloatingPoint(DOUBLE)",
            "log_prob_sum: FloatingPoint(DOUBLE)",
            "embedding: List<item: FloatingPoint(SINGLE) not null>",
            "evidence: List<item: Struct<start: Int(64, true) not null,"
                + " end: Int(64, true) not null, weight: FloatingPoint(SINGLE) not null>"
                + " not null> not null",
            "captured_mass: FloatingPoint(SINGLE)",
            "selection_recall: FloatingPoint(SINGLE)",
            "cost_usd: FloatingPoint(DOUBLE)");
    assertThat(schema.getCustomMetadata()).isEqualTo(Map.of("longread.schema_version", "1"));
  }

  @Test
  void idsKeepTheirType() {
    assertThat(
            List.of(IdType.values()).stream().map(type -> ResultSchema.of(type).getFields().get(0)))
        .map(Field::toString)
        .containsExactly(
            "doc_id: Utf8",
            "doc_id: Int(8, true)",
            "doc_id: Int(16, true)",
            "doc_id: Int(32, true)",
            "doc_id: Int(64, true)");
  }

  @Test
  void statisticsAreAsPromised() {
    assertThat(StatisticsSchema.schema().getFields().stream().map(Field::getName))
        .containsExactly(
            "run_id",
            "partition_id",
            "attempt",
            "executor_id",
            "host",
            "backend",
            "device",
            "documents_in",
            "documents_failed",
            "rows_out",
            "rows_failed",
            "tokens_in",
            "tokens_out",
            "wall_ns",
            "read_ns",
            "tokenize_ns",
            "write_ns",
            "projections_ns",
            "indexer_ns",
            "selection_ns",
            "attention_ns",
            "experts_ns",
            "head_ns",
            "projections_flops",
            "indexer_flops",
            "selection_flops",
            "attention_flops",
            "experts_flops",
            "head_flops",
            "dense_equivalent_flops",
            "keys_scored",
            "keys_kept",
            "h2d_bytes",
            "d2h_bytes",
            "peak_cache_bytes",
            "tokens_per_second",
            "cost_usd",
            "length_buckets",
            "device_kernel_ns",
            "device_compile_ns",
            "device_memory_bytes",
            "weight_read_bytes",
            "weight_read_ns",
            "weight_wait_ns");
  }
}
