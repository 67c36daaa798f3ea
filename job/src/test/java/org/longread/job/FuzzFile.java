package org.longread.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file written anew for every input, in a folder of its own; in memory where there is a place.
 */
public final class FuzzFile {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path file;

  public FuzzFile(String name) {
    try {
      Path folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "longread-fuzz-")
              : Files.createTempDirectory("longread-fuzz-");
      file = folder.resolve(name);
      file.toFile().deleteOnExit();
      folder.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file, of these bytes now. */
  public Path with(byte[] bytes) throws IOException {
    return Files.write(file, bytes);
  }
}
