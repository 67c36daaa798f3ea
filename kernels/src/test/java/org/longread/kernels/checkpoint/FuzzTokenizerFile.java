package org.longread.kernels.checkpoint;

import java.io.IOException;

/** Fuzz target: any bytes as {@code tokenizer.json} are within the limits, or refused. */
public final class FuzzTokenizerFile {
  private static final FuzzFolder FOLDER = new FuzzFolder();

  private FuzzTokenizerFile() {}

  /** Input: the file. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    try {
      TokenizerFile.check(FOLDER.with(TokenizerFile.NAME, input));
    } catch (CheckpointException e) {
      FuzzProblem.requireReadable(e);
    }
  }
}
