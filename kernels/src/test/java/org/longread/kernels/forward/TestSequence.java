package org.longread.kernels.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.longread.kernels.TestData;
import org.longread.kernels.checkpoint.Checkpoint;
import org.longread.kernels.checkpoint.CheckpointLoader;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.ScalarOps;

class TestSequence {
  private static final Checkpoint CHECKPOINT =
      CheckpointLoader.load(TestData.goldenModel("m4-bf16-indexer-interleaved"));

  /** Throws when the first layer is done. */
  private static final class Breaking implements ForwardTrace {
    @Override
    public boolean isActive() {
      return true;
    }

    @Override
    public void rows(String name, int firstRow, int rows, int width, Rows values) {
      if (name.equals("hidden.1")) {
        throw new IllegalArgumentException("broken");
      }
    }

    @Override
    public void indices(String name, int firstRow, int rows, int width, int[] values) {}
  }

  @Test
  void aPassThatFailedHalfWayIsNotContinued() {
    TransformerModel model =
        new TransformerModel(
            CHECKPOINT.config(), CHECKPOINT.weights(), new ScalarOps(), new Workers(1));
    Sequence sequence =
        new Sequence(
            new Sequence.Policy(6, 0, IndexPrecision.F32),
            LatentCache.of(CHECKPOINT.config(), IndexPrecision.F32));
    model.forward(Batch.prefill(sequence, new int[] {1, 2}), ForwardTrace.NONE);
    sequence.fork();
    Batch next = Batch.prefill(sequence, new int[] {3, 4, 5});
    assertThatThrownBy(() -> model.forward(next, new Breaking())).hasMessage("broken");
    assertThat(sequence.length()).isEqualTo(2);
    assertThatThrownBy(() -> model.forward(next, ForwardTrace.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("an earlier pass failed after 2 tokens");
    assertThatThrownBy(sequence::fork).isInstanceOf(IllegalStateException.class);
  }
}
