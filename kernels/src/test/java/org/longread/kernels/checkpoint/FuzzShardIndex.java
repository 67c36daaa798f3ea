package org.longread.kernels.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Fuzz target: any bytes as the index of a sharded checkpoint name tensors within, or are refused.
 */
public final class FuzzShardIndex {
  private static final FuzzFolder FOLDER = withShard();

  private FuzzShardIndex() {}

  private static FuzzFolder withShard() {
    FuzzFolder folder = new FuzzFolder();
    new SafetensorsWriter()
        .addFloats("a", new float[4], 4)
        .addFloats("b", new float[4], 2, 2)
        .write(folder.path().resolve("s.safetensors"));
    return folder;
  }

  /** Input: the index; beside it lies s.safetensors with tensors a and b. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path folder = FOLDER.with(ModelFiles.INDEX, input);
    Problems problems = new Problems();
    try {
      ModelFiles files = ModelFiles.open(folder, problems);
      for (TensorBytes tensor : files.tensors().values()) {
        if (!tensor.file().path().getParent().equals(folder)) {
          throw new IllegalStateException("outside the folder: " + tensor.file().path());
        }
      }
      problems.throwIfAny("Cannot load checkpoint");
    } catch (CheckpointException e) {
      FuzzProblem.requireReadable(e);
    }
  }
}
