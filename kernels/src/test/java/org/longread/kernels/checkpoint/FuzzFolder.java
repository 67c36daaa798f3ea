package org.longread.kernels.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model folder whose one file is written anew for every input; in memory where there is a place.
 */
final class FuzzFolder {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path folder;

  FuzzFolder() {
    try {
      folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "longread-fuzz-")
              : Files.createTempDirectory("longread-fuzz-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
  }

  Path path() {
    return folder;
  }

  /** The folder, with a file of these bytes. */
  Path with(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
    return folder;
  }

  private void delete() {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      System.err.println("left behind: " + e.getMessage());
    }
  }
}
