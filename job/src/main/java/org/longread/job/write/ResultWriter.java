package org.longread.job.write;

import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.JobConf.Compression;
import org.longread.job.read.IdType;
import org.longread.job.task.ResultRow;
import org.longread.job.task.ResultRow.Embedded;
import org.longread.job.task.ResultRow.EvidenceSpan;
import org.longread.job.task.ResultRow.Failed;
import org.longread.job.task.ResultRow.Generated;
import org.longread.job.task.ResultRow.Scored;

/**
 * Writes result rows to a file, in the order given. Record batches hold at most {@value
 * #BATCH_ROWS} rows and about {@value #BATCH_BYTES} bytes.
 */
final class ResultWriter implements AutoCloseable {
  private static final int BATCH_ROWS = 1024;
  private static final long BATCH_BYTES = 8 << 20;
  private static final long ROW_BYTES = 256;

  private final ArrowTable table;
  private final Columns columns;
  private int rows;
  private long bytes;
  private long documents;
  private long rowsFlushed;

  /** Opens a file. */
  ResultWriter(FileSystem fs, Path path, IdType idType, Compression compression)
      throws IOException {
    this.table = new ArrowTable(fs, path, ResultSchema.of(idType), compression);
    this.columns = new Columns(table.root());
  }

  /** Adds the rows of a document. */
  void write(List<ResultRow> document) throws IOException {
    for (ResultRow row : document) {
      write(row);
    }
    documents++;
  }

  private void write(ResultRow row) throws IOException {
    columns.set("doc_id", rows, row.docId());
    columns.set("question_index", rows, row.questionIndex());
    columns.set("status", rows, row.isFailed() ? "error" : "ok");
    columns.set("prompt_tokens", rows, row.promptTokens());
    columns.set("output_tokens", rows, row.outputTokens());
    columns.set("truncated", rows, row.truncated());
    setOutput(row.output());
    setEvidence(row.evidence());
    setOptional("captured_mass", row.capturedMass());
    setOptional("selection_recall", row.selectionRecall());
    setOptional("cost_usd", row.costUsd());
    rows++;
    bytes += size(row);
    if (rows == BATCH_ROWS || bytes >= BATCH_BYTES) {
      flush();
    }
  }

  private void setOutput(ResultRow.Output output) {
    if (output instanceof Generated generated) {
      columns.set("text", rows, generated.text());
      columns.set("finish_reason", rows, generated.finishReason());
      columns.set("output_log_prob", rows, generated.logProb());
    } else if (output instanceof Scored scored) {
      setOptional("bits_per_byte", scored.bitsPerByte());
      columns.set("log_prob_sum", rows, scored.logProbSum());
    } else if (output instanceof Embedded embedded) {
      setEmbedding(embedded.vector());
    } else if (output instanceof Failed failed) {
      columns.set("error_code", rows, failed.code());
      columns.set("error_message", rows, failed.message());
    }
  }

  private void setOptional(String column, OptionalDouble value) {
    if (value.isPresent()) {
      columns.set(column, rows, value.getAsDouble());
    }
  }

  private void setEmbedding(float[] vector) {
    ListVector list = columns.vector("embedding", ListVector.class);
    Float4Vector values = (Float4Vector) list.getDataVector();
    int at = list.startNewValue(rows);
    for (int i = 0; i < vector.length; i++) {
      values.setSafe(at + i, vector[i]);
    }
    list.endValue(rows, vector.length);
  }

  private void setEvidence(List<EvidenceSpan> spans) {
    ListVector list = columns.vector("evidence", ListVector.class);
    StructVector struct = (StructVector) list.getDataVector();
    int at = list.startNewValue(rows);
    for (EvidenceSpan span : spans) {
      struct.setIndexDefined(at);
      struct.getChild("start", BigIntVector.class).setSafe(at, span.start());
      struct.getChild("end", BigIntVector.class).setSafe(at, span.end());
      struct.getChild("weight", Float4Vector.class).setSafe(at, span.weight());
      at++;
    }
    list.endValue(rows, spans.size());
  }

  private static long size(ResultRow row) {
    if (row.output() instanceof Generated generated) {
      return ROW_BYTES + generated.text().length();
    }
    return row.output() instanceof Embedded embedded
        ? ROW_BYTES + (long) Float.BYTES * embedded.vector().length
        : ROW_BYTES;
  }

  private void flush() throws IOException {
    if (rows > 0) {
      table.writeBatch(rows);
      rowsFlushed += rows;
      rows = 0;
      bytes = 0;
    }
  }

  long documents() {
    return documents;
  }

  long rows() {
    return rowsFlushed + rows;
  }

  /** Writes what is left, and yields the bytes of the file, which is complete then. */
  long finish() throws IOException {
    flush();
    return table.finish();
  }

  /** Frees buffers; removes the file if it is not finished. */
  @Override
  public void close() throws IOException {
    table.close();
  }
}
