package org.longread.job.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.api.java.UDF1;

/** To register: token ids of a text, without special tokens, (text). */
public final class TokensFunction implements UDF1<Object, List<Integer>> {
  private static final long serialVersionUID = 1L;

  private final TokenizerCalls calls;

  /** Checks the session's options and tokenizer. */
  public TokensFunction() {
    calls = new Plans(Map.of(), "by the function").tokenizer();
  }

  /** Null for null, and for bytes that are not UTF-8. */
  @Override
  public List<Integer> call(Object text) {
    if (text == null) {
      return null;
    }
    return calls
        .tokens(AnswerUdf.bytes(text))
        .map(ids -> Arrays.stream(ids).boxed().toList())
        .orElse(null);
  }
}
