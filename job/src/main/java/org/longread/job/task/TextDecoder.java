package org.longread.job.task;

/** Token ids to text. */
@FunctionalInterface
public interface TextDecoder {
  /** The text of the tokens; special tokens give none, a cut-off character gives U+FFFD. */
  String decode(int[] ids);
}
