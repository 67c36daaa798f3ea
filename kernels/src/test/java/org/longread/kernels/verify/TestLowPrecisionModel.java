package org.longread.kernels.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.longread.kernels.TestData;
import org.longread.kernels.checkpoint.Checkpoint;
import org.longread.kernels.checkpoint.CheckpointLoader;
import org.longread.kernels.checkpoint.SafetensorsFile;
import org.longread.kernels.forward.TransformerModel;
import org.longread.kernels.forward.Workers;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.RoundedOps;
import org.longread.kernels.ops.ScalarOps;
import org.longread.kernels.verify.VerifyReport.Check;

/** That results of the published low-precision path tell it from float32. */
class TestLowPrecisionModel {
  private static final Path FOLDER = TestData.golden().resolve("models").resolve("m3-fp8-sparse");

  private static Comparison compare(KernelOps ops) {
    Checkpoint checkpoint = CheckpointLoader.load(FOLDER);
    Comparison comparison = new Comparison("m3");
    try (Workers workers = new Workers(1)) {
      TransformerModel model =
          new TransformerModel(checkpoint.config(), checkpoint.weights(), ops, workers);
      int[] prompt =
          SafetensorsFile.open(FOLDER.resolve(ModelVerification.EXPECTED)).ints("input_ids");
      int topK = checkpoint.config().indexer().topK();
      LowPrecisionModel.verify(FOLDER, model, prompt, topK, comparison);
    }
    return comparison;
  }

  @Test
  void roundedOperationsAgreeAndFloat32DoesNot() {
    assertThat(compare(new RoundedOps(new ScalarOps())).checks())
        .hasSize(4)
        .allMatch(Check::passed);
    assertThat(compare(new ScalarOps()).checks())
        .filteredOn(check -> !check.stage().contains("topk_indices.0"))
        .hasSize(3)
        .noneMatch(Check::passed);
  }
}
