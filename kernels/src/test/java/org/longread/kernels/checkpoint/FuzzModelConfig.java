package org.longread.kernels.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** Fuzz target: any bytes as {@code config.json} are a configuration, or refused. */
public final class FuzzModelConfig {
  private static final FuzzFolder FOLDER = new FuzzFolder();

  private FuzzModelConfig() {}

  /** Input: the file. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path folder = FOLDER.with(ModelConfigReader.FILE, input);
    try {
      ModelConfigReader.read(folder);
    } catch (CheckpointException e) {
      FuzzProblem.requireReadable(e);
    }
  }
}
