package org.longread.job.sql;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.longread.job.TokenizerPlan;
import org.longread.job.read.DocumentTokenizer;
import org.longread.job.read.StrictUtf8;
import org.longread.job.task.DocumentException;

/** Texts tokenised one call at a time; the tokenizer stays open to the end of the Spark task. */
final class TokenizerCalls implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TokenizerPlan plan;
  private transient DocumentTokenizer open;

  TokenizerCalls(TokenizerPlan plan) {
    this.plan = plan;
  }

  /** Token ids, without the tokenizer's special tokens; none for bytes that are not UTF-8. */
  synchronized Optional<int[]> tokens(byte[] text) {
    String decoded;
    try {
      decoded = StrictUtf8.decode(text);
    } catch (DocumentException e) {
      return Optional.empty();
    }
    TaskContext context = TaskContext.get();
    if (context == null) {
      try (DocumentTokenizer once = plan.open()) {
        return Optional.of(once.tokenize(decoded).ids());
      }
    }
    if (open == null) {
      open = plan.open();
      TaskCompletionListener close = ended -> close();
      context.addTaskCompletionListener(close);
    }
    return Optional.of(open.tokenize(decoded).ids());
  }

  private synchronized void close() {
    open.close();
    open = null;
  }

  @Override
  public String toString() {
    return plan.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenizerCalls calls && plan.equals(calls.plan);
  }

  @Override
  public int hashCode() {
    return plan.hashCode();
  }
}
