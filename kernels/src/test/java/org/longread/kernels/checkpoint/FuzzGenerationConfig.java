package org.longread.kernels.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fuzz target: any bytes as {@code generation_config.json} beside a sound one, or refused. */
public final class FuzzGenerationConfig {
  private static final Path SOUND = Path.of("src/test/resources/fuzz/FuzzModelConfig/demo");
  private static final FuzzFolder FOLDER = withConfig();

  private FuzzGenerationConfig() {}

  private static FuzzFolder withConfig() {
    FuzzFolder folder = new FuzzFolder();
    try {
      // From the module's folder in its tests, from the one above in .ci/fuzz.
      Path sound = Files.exists(SOUND) ? SOUND : Path.of("kernels").resolve(SOUND);
      folder.with(ModelConfigReader.FILE, Files.readAllBytes(sound));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Input: the file; beside it lies the demo model's config.json. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path folder = FOLDER.with("generation_config.json", input);
    try {
      ModelConfigReader.read(folder);
    } catch (CheckpointException e) {
      FuzzProblem.requireReadable(e);
    }
  }
}
