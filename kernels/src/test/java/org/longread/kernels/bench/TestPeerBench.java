package org.longread.kernels.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelOps;

/** Peers are timed if they compute the same attention, and only then. */
class TestPeerBench {
  private static final int LENGTH = 600;

  private final KernelOps ops = BackendChoice.choose(BackendChoice.AUTO).ops();

  @Test
  void noPeerIsInTheDefaultBuild() {
    PeerBench bench = PeerBench.onClassPath(ops, 1);
    assertThat(bench.hasPeers()).isFalse();
    assertThat(bench.absent())
        .extracting(AbsentPeer::name)
        .containsExactly(
            "ONNX Runtime", "jlama", "libtorch through DJL", "llama.cpp through de.kherud:llama");
  }

  @Test
  void peersThatAreRightAreTimedAndOthersHaveTheirReason() {
    PeerResult result =
        measure(
            new TextbookForm("right", AttentionPeer.Sees.CAUSAL, 0),
            new TextbookForm("last row right", AttentionPeer.Sees.EVERYTHING, 0),
            new TextbookForm("wrong", AttentionPeer.Sees.CAUSAL, 0.01f),
            new TextbookForm("not a number", AttentionPeer.Sees.CAUSAL, Float.NaN),
            new TextbookForm("without library", AttentionPeer.Sees.CAUSAL, 0) {
              @Override
              public AttentionPeer.Opened open(PeerProblem problem) {
                throw new UnsatisfiedLinkError("no such library");
              }
            });

    assertThat(result.length()).isEqualTo(LENGTH);
    assertThat(result.denseNanos()).isPositive();
    assertThat(result.sparseNanos()).isPositive();
    assertThat(result.peers())
        .extracting(PeerResult.Line::name)
        .containsExactly(
            "textbook, right",
            "textbook, last row right",
            "textbook, wrong",
            "textbook, not a number",
            "textbook, without library");
    assertThat(result.peers())
        .satisfiesExactly(
            line -> assertThat(line.nanos()).isPresent(),
            line -> assertThat(line.nanos()).isPresent(),
            line -> assertThat(line.reason()).contains("differs from our dense result"),
            line -> assertThat(line.reason()).contains("differs from our dense result"),
            line -> assertThat(line.reason()).contains("no such library"));
    assertThat(result.peers().get(2).error()).isBetween(0.009, 0.011);
    assertThat(result.peers().get(2).nanos()).isEmpty();
  }

  private PeerResult measure(AttentionPeer.Form... forms) {
    AttentionPeer peer =
        new AttentionPeer() {
          @Override
          public String name() {
            return "textbook";
          }

          @Override
          public List<Form> forms() {
            return List.of(forms);
          }
        };
    List<PeerResult> results = new ArrayList<>();
    new PeerBench(ops, BenchPreset.DEMO, 1, List.of(peer)).measure(List.of(LENGTH), results::add);
    return results.get(0);
  }

  /** Attention of the last two rows in doubles, every output off by {@code offset}. */
  private static class TextbookForm implements AttentionPeer.Form {
    private static final int ROWS = 2;

    private final String title;
    private final AttentionPeer.Sees sees;
    private final float offset;

    TextbookForm(String title, AttentionPeer.Sees sees, float offset) {
      this.title = title;
      this.sees = sees;
      this.offset = offset;
    }

    @Override
    public String title() {
      return title;
    }

    @Override
    public AttentionPeer.Sees sees() {
      return sees;
    }

    @Override
    public AttentionPeer.Opened open(PeerProblem problem) {
      return new AttentionPeer.Opened() {
        private final float[][] out = new float[ROWS][];

        @Override
        public int rows() {
          return ROWS;
        }

        @Override
        public void run() {
          for (int i = 0; i < ROWS; i++) {
            boolean causal = sees == AttentionPeer.Sees.CAUSAL;
            int visible = causal ? problem.length() - ROWS + i + 1 : problem.length();
            out[i] = attend(problem, problem.rows() - ROWS + i, visible);
          }
        }

        @Override
        public float[] output(int i) {
          return out[i];
        }

        @Override
        public void close() {}
      };
    }

    private float[] attend(PeerProblem problem, int row, int visible) {
      int width = problem.shape().value();
      float[] out = new float[problem.shape().heads() * width];
      for (int h = 0; h < problem.shape().heads(); h++) {
        double sum = 0;
        double[] mix = new double[width];
        for (int s = 0; s < visible; s++) {
          double weight = Math.exp(score(problem, h, row, s));
          sum += weight;
          for (int c = 0; c < width; c++) {
            mix[c] += weight * problem.values().get(h)[s * width + c];
          }
        }
        for (int c = 0; c < width; c++) {
          out[h * width + c] = (float) (mix[c] / sum) + offset;
        }
      }
      return out;
    }

    private static double score(PeerProblem problem, int head, int row, int token) {
      int width = problem.shape().query();
      double dot = 0;
      for (int d = 0; d < width; d++) {
        float q = problem.queries().get(head)[row * width + d];
        dot += q * problem.keys().get(head)[token * width + d];
      }
      return dot * problem.shape().softmaxScale();
    }
  }
}
