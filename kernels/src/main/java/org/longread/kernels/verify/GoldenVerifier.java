package org.longread.kernels.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.longread.kernels.WeightsMode;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.verify.VerifyReport.Check;

/** Finds reference folders and compares a backend with each. */
public final class GoldenVerifier {
  private static final int DEPTH = 3;

  private GoldenVerifier() {}

  /**
   * Holds a backend to every reference folder at or below a path.
   *
   * @param path a model folder with expected.safetensors, a folder with kernels.json, or a folder
   *     of such folders
   * @param backend auto, scalar, cpu or tornado
   * @throws IllegalArgumentException if the backend cannot run or the path holds no reference
   */
  public static VerifyReport verify(Path path, String backend) {
    return verify(path, backend, WeightsMode.RESIDENT);
  }

  /**
   * The same with weights in memory, or streamed through as little as can be.
   *
   * @param weights auto as resident
   */
  public static VerifyReport verify(Path path, String backend, WeightsMode weights) {
    KernelOps ops = BackendChoice.choose(backend).ops();
    List<Check> checks = new ArrayList<>();
    List<Path> folders = referenceFolders(path);
    if (folders.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid path: "
              + path
              + " (expected a folder with expected.safetensors or kernels.json, or folders of such)");
    }
    for (Path folder : folders) {
      Comparison comparison = new Comparison(folder.toAbsolutePath().getFileName().toString());
      comparison.guard(
          "reading",
          () -> {
            if (Files.exists(folder.resolve(KernelVerification.INDEX))) {
              checks.addAll(KernelVerification.verify(folder, ops));
            } else {
              verify(folder, ops, weights, comparison);
            }
          });
      checks.addAll(comparison.checks());
    }
    return new VerifyReport(ops.name(), checks);
  }

  private static void verify(
      Path folder, KernelOps ops, WeightsMode weights, Comparison comparison) {
    if (weights == WeightsMode.STREAMED) {
      ModelVerification.verifyStreamed(folder, ops, comparison);
    } else {
      ModelVerification.verify(folder, ops, comparison);
    }
  }

  private static List<Path> referenceFolders(Path path) {
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException("Invalid path: " + path + " (expected a folder)");
    }
    try (Stream<Path> found = Files.walk(path, DEPTH)) {
      return found.filter(Files::isDirectory).filter(GoldenVerifier::isReference).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static boolean isReference(Path folder) {
    return Files.exists(folder.resolve(ModelVerification.EXPECTED))
        || Files.exists(folder.resolve(KernelVerification.INDEX));
  }
}
