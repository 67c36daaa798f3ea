package org.longread.job.read;

import org.longread.job.JobConf;
import org.longread.job.task.DocumentException;
import org.longread.job.task.PreparedDocument.Prompt;
import org.longread.job.task.Tokens;

/**
 * How many tokens a document may have, and what happens to one with more.
 *
 * @param maxPositions of the model, for prompt and answer together
 * @param newTokens room kept for an answer
 */
record LengthLimit(JobConf.Limits limits, int maxPositions, int newTokens) {
  /**
   * The document, cut if it must be and may be.
   *
   * @throws DocumentException if it is too long and may not be cut, or the prompt leaves no room
   */
  Tokens apply(Tokens document, Prompt prompt) throws DocumentException {
    int around = prompt.prefix().length + prompt.longestTail() + newTokens;
    int room = maxPositions - around;
    if (room < 0) {
      throw new DocumentException(
          "prompt_too_long",
          "Cannot read document: prompt and answer take %d of the model's %d tokens."
                  .formatted(around, maxPositions)
              + " Shorten prefix and question, or lower max-new-tokens");
    }
    int own = limits.maxDocumentTokens();
    int limit = own > 0 ? Math.min(own, room) : room;
    if (document.count() <= limit) {
      return document;
    }
    return switch (limits.onTooLong()) {
      case ERROR -> throw tooLong(document.count(), limit, around);
      case HEAD -> document.ends(limit, 0);
      case TAIL -> document.ends(0, limit);
      case MIDDLE -> document.ends(limit - limit / 2, limit / 2);
    };
  }

  private DocumentException tooLong(int count, int limit, int around) {
    String rule =
        limit == limits.maxDocumentTokens()
            ? "max-document-tokens"
            : "the model's %d less %d for prompt and answer".formatted(maxPositions, around);
    return new DocumentException(
        "document_too_long",
        "Cannot read document: %d tokens, and the limit is %d (%s).".formatted(count, limit, rule)
            + " Cut it with on-too-long=head, tail or middle");
  }
}
