package org.longread.job.write;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The records of all lives of a run. */
final class Lives {
  private static final String SUFFIX = ".json";

  private final FileSystem fs;
  private final Path folder;

  Lives(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /** The newest that is whole. */
  Optional<Life> newest() throws IOException {
    for (int number = last(); number > 0; number--) {
      Optional<Life> life = Json.read(fs, path(number), Life.class);
      if (life.isPresent()) {
        return life;
      }
    }
    return Optional.empty();
  }

  /** The number of the last record, whole or not; 0 if there is none. */
  int last() throws IOException {
    int last = 0;
    try {
      for (FileStatus file : fs.listStatus(folder)) {
        String name = file.getPath().getName();
        if (name.endsWith(SUFFIX)) {
          int number = Integer.parseInt(name.substring(0, name.length() - SUFFIX.length()));
          last = Math.max(last, number);
        }
      }
    } catch (FileNotFoundException e) {
      return 0;
    }
    return last;
  }

  /**
   * Records a life.
   *
   * @throws IOException if another driver took its number
   */
  void add(Life life) throws IOException {
    Json.create(fs, path(life.number()), life);
  }

  private Path path(int number) {
    return new Path(folder, "%05d%s".formatted(number, SUFFIX));
  }
}
