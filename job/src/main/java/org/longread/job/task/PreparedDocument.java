package org.longread.job.task;

import java.util.List;
import java.util.Optional;

/**
 * A document as the engine reads it: prefix, document, then one of the questions.
 *
 * @param id the input's id
 * @param idText the id in words; seeds sampling
 * @param prompt what stands around the document
 * @param document tokens of the document, cut to the limit
 * @param text what was tokenised; empty for token input
 * @param truncated whether tokens were cut
 */
public record PreparedDocument(
    Object id,
    String idText,
    Prompt prompt,
    Tokens document,
    Optional<SourceText> text,
    boolean truncated) {

  /**
   * What stands around the document.
   *
   * @param prefix special tokens of the tokenizer and the prompt prefix
   * @param questions what follows the document, one per result row; at least one, maybe empty
   * @param continuation what is scored after the question, if not the document itself
   */
  public record Prompt(int[] prefix, List<Text> questions, Optional<Text> continuation) {
    public Prompt {
      questions = List.copyOf(questions);
      if (questions.isEmpty()) {
        throw new IllegalArgumentException("Invalid questions: none (expected 1 or more)");
      }
    }

    /** Tokens of the longest question and the continuation. */
    public int longestTail() {
      int longest = questions.stream().mapToInt(question -> question.ids().length).max().orElse(0);
      return longest + continuation.map(text -> text.ids().length).orElse(0);
    }
  }

  /**
   * A question, a suffix, a continuation.
   *
   * @param ids its tokens
   * @param utf8Bytes length of its text
   */
  public record Text(int[] ids, long utf8Bytes) {
    /** Nothing. */
    public static final Text NONE = new Text(new int[0], 0);
  }

  /**
   * The whole text of a document.
   *
   * @param text offsets of tokens are into this
   * @param scoredBytes UTF-8 bytes of the characters of tokens that have something before them
   */
  public record SourceText(String text, long scoredBytes) {}

  /** Tokens before any question. */
  public int sharedTokens() {
    return prompt.prefix().length + document.count();
  }

  /** Tokens read if every question is read once and the rest shared. */
  public long tokensIn() {
    long tails = prompt.questions().stream().mapToLong(question -> question.ids().length).sum();
    return sharedTokens() + tails + prompt.continuation().map(text -> text.ids().length).orElse(0);
  }

  /** Prefix and document. */
  int[] shared() {
    return Tokens.join(prompt.prefix(), document.ids());
  }
}
