package org.longread.job.cli;

/**
 * One question of the demo, with what is right.
 *
 * @param docId the document
 * @param index which of the document's questions
 * @param kib nominal length of the document: 1, 2, 4, 8, 16
 * @param title where the document's text is from
 * @param text the document
 * @param question the prompt's end
 * @param answer the digits that are right
 */
record DemoQuestion(
    String docId, int index, int kib, String title, String text, String question, String answer) {
  /** The question without the words that make it a prompt. */
  String words() {
    return question.replace("Question: ", "").replace("Answer: ", "").strip();
  }
}
