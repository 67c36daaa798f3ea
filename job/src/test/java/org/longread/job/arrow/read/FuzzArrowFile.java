package org.longread.job.arrow.read;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.util.ArrowUtils;
import org.longread.job.FuzzFile;
import org.longread.job.arrow.type.UnsupportedFieldException;

/** Fuzz target: any bytes as an Arrow file are rows, or an error that names file and offset. */
public final class FuzzArrowFile {
  private static final FuzzFile FILE = new FuzzFile("fuzz.arrow");

  private FuzzArrowFile() {}

  /** Input: the file. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path file = FILE.with(input);
    try {
      WholeFile.read(file);
    } catch (IOException | ArithmeticException e) {
      if (!e.getMessage().contains("fuzz.arrow at offset ")) {
        throw e;
      }
    } catch (UnsupportedFieldException e) {
      // The scan adds the file's name.
    }
    long left = ArrowUtils.rootAllocator().getAllocatedMemory();
    if (left != 0) {
      throw new IllegalStateException(left + " bytes were not freed");
    }
  }
}
