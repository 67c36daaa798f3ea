package org.longread.job.task;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.longread.job.JobConf.Generation;
import org.longread.kernels.Session;

/** One answer while it is generated. Owns its session; belongs to one thread. */
final class Answer implements AutoCloseable {
  private final int questionIndex;
  private final int promptTokens;
  private final Session session;
  private final Stops stops;
  private final TokenChoice choice;
  private final int[] tokens;
  private int count;
  private double logProb;
  private String finishReason = "";

  /** Where an answer ends: after so many tokens, at an end token, at a stop string. */
  record Stops(int maxNewTokens, List<Integer> endTokens, List<String> strings, int longestBytes) {
    static Stops of(Generation generation, List<Integer> endTokens) {
      int longest =
          generation.stop().stream()
              .mapToInt(stop -> stop.getBytes(StandardCharsets.UTF_8).length)
              .max()
              .orElse(0);
      return new Stops(generation.maxNewTokens(), endTokens, generation.stop(), longest);
    }

    /** Where the first stop string starts in {@code text}; -1 if there is none. */
    int find(String text) {
      return strings.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
    }
  }

  Answer(int questionIndex, int promptTokens, Session session, Stops stops, TokenChoice choice) {
    this.questionIndex = questionIndex;
    this.promptTokens = promptTokens;
    this.session = session;
    this.stops = stops;
    this.choice = choice;
    this.tokens = new int[stops.maxNewTokens()];
  }

  int questionIndex() {
    return questionIndex;
  }

  int promptTokens() {
    return promptTokens;
  }

  Session session() {
    return session;
  }

  /** Tokens generated; an end token counts. */
  int count() {
    return count;
  }

  boolean isFinished() {
    return !finishReason.isEmpty();
  }

  int lastToken() {
    return tokens[count - 1];
  }

  /** Chooses the next token from {@code logits} and notes whether the answer ends there. */
  void advance(float[] logits, TextDecoder decoder) throws DocumentException {
    NotANumber.check(logits, "logits after token " + (session.length() - 1));
    int token = choice.choose(logits);
    tokens[count++] = token;
    logProb += TokenChoice.logProb(logits, token);
    if (stops.endTokens().contains(token)) {
      finishReason = "eos";
    } else if (stops.find(decoder.decode(tail())) >= 0) {
      finishReason = "stop";
    } else if (count == stops.maxNewTokens()) {
      finishReason = "length";
    }
  }

  /** As many last tokens as a stop string that ends here can span: each has a byte or more. */
  private int[] tail() {
    int from = stops.strings().isEmpty() ? count : Math.max(0, count - stops.longestBytes() - 3);
    return Arrays.copyOfRange(tokens, from, count);
  }

  /** The answer so far: text up to the stop string or end token. */
  ResultRow.Generated generated(TextDecoder decoder) {
    boolean ended = finishReason.equals("eos");
    String text = decoder.decode(Arrays.copyOf(tokens, ended ? count - 1 : count));
    int stop = stops.find(text);
    return new ResultRow.Generated(
        stop < 0 ? text : text.substring(0, stop), finishReason, logProb);
  }

  @Override
  public void close() {
    session.close();
  }
}
