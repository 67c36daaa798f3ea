package org.longread.kernels.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.longread.kernels.checkpoint.SafetensorsFile;
import org.longread.kernels.checkpoint.StrictJson;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.verify.VerifyReport.Check;

/** Compares single kernels with the vectors of a folder with {@code kernels.json}. */
final class KernelVerification {
  static final String INDEX = "kernels.json";

  private static final String ENDING = ".safetensors";

  private static final List<KernelFile> FILES =
      List.of(
          new RopeFile(),
          new QuantFile(),
          new NormGateFile(),
          new IndexerFile(),
          new IndexerRealisticFile(),
          new TopKFile(),
          new AttentionFile(),
          new AttentionRealisticFile());

  private KernelVerification() {}

  /**
   * Compares every case of every kernel file in a folder.
   *
   * @throws org.longread.kernels.checkpoint.CheckpointException if the index cannot be read
   */
  static List<Check> verify(Path folder, KernelOps ops) {
    JsonNode index = StrictJson.readObject(folder.resolve(INDEX));
    List<Check> checks = new ArrayList<>();
    String name = folder.toAbsolutePath().getFileName().toString();
    for (KernelFile kernel : FILES) {
      Path path = folder.resolve(kernel.name() + ENDING);
      if (Files.exists(path)) {
        Comparison comparison = new Comparison(name + "/" + kernel.name());
        comparison.guard(
            "reading",
            () ->
                kernel.verify(
                    new ReferenceFile(SafetensorsFile.open(path), index), ops, comparison));
        checks.addAll(comparison.checks());
      }
    }
    if (checks.isEmpty()) {
      checks.add(new Check(name, "reading", false, "no kernel file beside " + INDEX));
    }
    return checks;
  }
}
