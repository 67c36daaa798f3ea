package org.longread.job.read;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.longread.job.task.PreparedDocument.Text;
import org.longread.job.task.TextDecoder;
import org.longread.job.task.Tokens;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.TokenizerFile;

/**
 * The model's own tokenizer, from {@code tokenizer.json}. Owns native memory until {@link #close};
 * safe for use by several threads.
 *
 * <p>Prefix, document and question are tokenised apart and joined as tokens, so that a document's
 * tokens do not depend on the question and one reading serves them all. Special tokens the
 * tokenizer puts before a text stand once, at the very start; those it would put after a text are
 * left out.
 */
public final class DocumentTokenizer implements TextDecoder, AutoCloseable {
  /** Name of the file in a model folder. */
  public static final String FILE = TokenizerFile.NAME;

  private final HuggingFaceTokenizer tokenizer;
  private final int[] specialPrefix;
  private final TokenWindows windows = new TokenWindows(this::atOnce);

  private DocumentTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.specialPrefix = specialPrefix(tokenizer);
  }

  /**
   * Reads the tokenizer of a model folder; nothing is truncated, padded or fetched.
   *
   * @throws IllegalArgumentException if there is none or it cannot be read
   * @throws CheckpointException if it is too large to try
   */
  public static DocumentTokenizer open(Path model) {
    Path file = model.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "Cannot open tokenizer: no file "
              + file
              + ". Add it, or give token ids with tokens-column");
    }
    TokenizerFile.check(model);
    NativeLibrary.prepare();
    try {
      Map<String, String> options = Map.of("truncation", "false", "padding", "false");
      return new DocumentTokenizer(HuggingFaceTokenizer.newInstance(file, options));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "Cannot open tokenizer " + file + ": " + e.getMessage(), e);
    }
  }

  private static int[] specialPrefix(HuggingFaceTokenizer tokenizer) {
    long[] bare = tokenizer.encode("a", false, false).getIds();
    long[] framed = tokenizer.encode("a", true, false).getIds();
    for (int at = 0; at + bare.length <= framed.length; at++) {
      if (Arrays.equals(framed, at, at + bare.length, bare, 0, bare.length)) {
        return narrow(Arrays.copyOf(framed, at));
      }
    }
    return new int[0];
  }

  /** Special tokens that begin every sequence, such as the beginning-of-sequence token. */
  public int[] specialPrefix() {
    return specialPrefix.clone();
  }

  /**
   * Tokens of a document, with offsets in Unicode code points; no special tokens are added. Beside
   * them it takes memory of a window's size, however long the text.
   */
  public Tokens tokenize(String text) {
    return text.isEmpty() ? Tokens.NONE : windows.tokens(text);
  }

  /** The same in one native call, which takes some hundred bytes a token meanwhile. */
  Tokens atOnce(String text) {
    Encoding encoding = tokenizer.encode(text, false, false);
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] starts = new int[spans.length];
    int[] ends = new int[spans.length];
    for (int i = 0; i < spans.length; i++) {
      starts[i] = spans[i].getStart();
      ends[i] = spans[i].getEnd();
    }
    return new Tokens(narrow(encoding.getIds()), starts, ends);
  }

  /** Tokens of a question, prefix, suffix or continuation. */
  public Text tokenizeText(String text) {
    if (text.isEmpty()) {
      return Text.NONE;
    }
    long bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return new Text(tokenize(text).ids(), bytes);
  }

  @Override
  public String decode(int[] ids) {
    return ids.length == 0
        ? ""
        : tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  private static int[] narrow(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** Where the binding unpacks its native library; it must never ask the network. */
  private static final class NativeLibrary {
    private static final String CACHE = "DJL_CACHE_DIR";

    static void prepare() {
      System.setProperty("ai.djl.offline", "true");
      if (System.getenv(CACHE) == null && System.getProperty(CACHE) == null) {
        String folder = "longread-tokenizers-" + System.getProperty("user.name");
        System.setProperty(CACHE, Path.of(System.getProperty("java.io.tmpdir"), folder).toString());
      }
    }
  }
}
