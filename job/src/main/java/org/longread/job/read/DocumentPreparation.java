package org.longread.job.read;

import java.util.List;
import java.util.Optional;
import org.longread.job.JobConf;
import org.longread.job.read.Document.TokenIds;
import org.longread.job.read.Document.Unusable;
import org.longread.job.read.Document.Utf8;
import org.longread.job.task.DocumentException;
import org.longread.job.task.PreparedDocument;
import org.longread.job.task.PreparedDocument.Prompt;
import org.longread.job.task.PreparedDocument.SourceText;
import org.longread.job.task.PreparedDocument.Text;
import org.longread.job.task.Tokens;
import org.longread.kernels.checkpoint.ModelConfig;

/**
 * Documents to prompts of tokens, checked and cut to the limit. Immutable; shared by threads.
 *
 * <p>A text document is read after the tokenizer's special tokens and the prefix, token input after
 * the prefix alone: it is taken as it is. A chat frame goes around the whole; its head has the
 * special tokens.
 */
public final class DocumentPreparation {
  private final JobConf conf;
  private final int vocabSize;
  private final LengthLimit limit;
  private final Optional<DocumentTokenizer> tokenizer;
  private final ChatFrame frame;
  private final int[] prefix;
  private final Text suffix;

  /**
   * For a run on a model.
   *
   * @param tokenizer may be left out where {@link #needsTokenizer} says so
   * @param frame of the model's chat template, if the run asks for it
   */
  public DocumentPreparation(
      JobConf conf, ModelConfig model, Optional<DocumentTokenizer> tokenizer, ChatFrame frame) {
    this.conf = conf;
    this.vocabSize = model.vocabSize();
    int newTokens = conf.task() == JobConf.Task.GENERATE ? conf.generation().maxNewTokens() : 0;
    this.limit = new LengthLimit(conf.limits(), model.maxPositions(), newTokens);
    this.tokenizer = tokenizer;
    this.frame = frame;
    int[] own = tokenize(frame.head() + conf.prompt().prefix()).ids();
    boolean special =
        conf.input().tokensColumn().isEmpty() && frame.format() == JobConf.PromptFormat.PLAIN;
    this.prefix = special ? Tokens.join(tokenizer.orElseThrow().specialPrefix(), own) : own;
    this.suffix = tokenize(conf.prompt().suffix() + frame.tail());
  }

  /** Whether a run turns text into tokens or tokens into text. */
  public static boolean needsTokenizer(JobConf conf) {
    return conf.input().tokensColumn().isEmpty()
        || conf.task() == JobConf.Task.GENERATE
        || !conf.input().continuationColumn().isEmpty()
        || conf.prompt().format() != JobConf.PromptFormat.PLAIN
        || !conf.prompt().prefix().isEmpty()
        || !conf.prompt().suffix().isEmpty();
  }

  /**
   * The document as the engine reads it.
   *
   * @throws DocumentException if it cannot be read
   */
  public PreparedDocument prepare(Document document) throws DocumentException {
    if (document.body() instanceof Unusable unusable) {
      throw new DocumentException(unusable.code(), unusable.message());
    }
    Prompt prompt = new Prompt(prefix, questions(document), continuation(document));
    if (document.body() instanceof Utf8 body) {
      return text(document, StrictUtf8.decode(body.bytes()), prompt);
    }
    int[] ids = checked(((TokenIds) document.body()).ids());
    Tokens kept = limit.apply(Tokens.ofIds(ids), prompt);
    boolean truncated = kept.count() < ids.length;
    return new PreparedDocument(
        document.id(), document.idText(), prompt, kept, Optional.empty(), truncated);
  }

  private PreparedDocument text(Document document, String text, Prompt prompt)
      throws DocumentException {
    Tokens all = tokenizer.orElseThrow().tokenize(text);
    Tokens kept = limit.apply(all, prompt);
    // The first token of all has nothing before it to be predicted from.
    Tokens scored = prefix.length > 0 || kept.count() == 0 ? kept : kept.ends(0, kept.count() - 1);
    return new PreparedDocument(
        document.id(),
        document.idText(),
        prompt,
        kept,
        Optional.of(
            new SourceText(text, StrictUtf8.bytesCovered(text, scored.starts(), scored.ends()))),
        kept.count() < all.count());
  }

  private int[] checked(long[] ids) throws DocumentException {
    int[] checked = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabSize) {
        throw new DocumentException(
            "token_out_of_range",
            "Invalid token id at position %d: %d (expected 0 to %d, the model's vocabulary)"
                .formatted(i, ids[i], vocabSize - 1));
      }
      checked[i] = (int) ids[i];
    }
    return checked;
  }

  private List<Text> questions(Document document) throws DocumentException {
    boolean asked =
        conf.task() == JobConf.Task.GENERATE && !conf.input().questionsColumn().isEmpty();
    if (!asked || (document.questions().isEmpty() && !conf.prompt().suffix().isEmpty())) {
      return List.of(suffix);
    }
    if (document.questions().isEmpty()) {
      throw new DocumentException(
          "no_question",
          "Cannot answer: column %s is empty and prompt-suffix is not set"
              .formatted(conf.input().questionsColumn()));
    }
    int missing = document.questions().indexOf(null);
    if (missing >= 0) {
      throw new DocumentException(
          "null_question", "Cannot answer: question %d is null".formatted(missing));
    }
    return document.questions().stream().map(text -> tokenize(text + frame.tail())).toList();
  }

  private Optional<Text> continuation(Document document) throws DocumentException {
    boolean scored =
        conf.task() == JobConf.Task.SCORE && !conf.input().continuationColumn().isEmpty();
    if (!scored) {
      return Optional.empty();
    }
    if (document.continuation() == null) {
      throw new DocumentException(
          "null_continuation",
          "Cannot score: column %s is null".formatted(conf.input().continuationColumn()));
    }
    return Optional.of(tokenize(document.continuation()));
  }

  private Text tokenize(String text) {
    return text.isEmpty() ? Text.NONE : tokenizer.orElseThrow().tokenizeText(text);
  }
}
