package org.longread.job.read;

import java.io.IOException;
import java.nio.file.Path;
import org.longread.job.FuzzFile;
import org.longread.kernels.checkpoint.CheckpointException;

/** Fuzz target: any bytes as a tokenizer file are a tokenizer that can be used, or refused. */
public final class FuzzTokenizer {
  private static final String TEXT = "A b, \u00e9\ud83d\ude00 <s> 12\n";
  private static final FuzzFile FILE = new FuzzFile(DocumentTokenizer.FILE);

  private FuzzTokenizer() {}

  /** Input: the file. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path file = FILE.with(input);
    try (DocumentTokenizer tokenizer = DocumentTokenizer.open(file.getParent())) {
      tokenizer.decode(tokenizer.tokenizeText(TEXT).ids());
      tokenizer.tokenize(TEXT);
    } catch (IllegalArgumentException | CheckpointException e) {
      if (!e.getMessage().contains(DocumentTokenizer.FILE)) {
        throw e;
      }
    }
  }
}
