package org.longread.peers.jlama;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import com.github.tjake.jlama.tensor.operations.TensorOperations;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.longread.kernels.bench.AttentionPeer.Opened;
import org.longread.kernels.bench.PeerProblem;

/**
 * The last rows of a problem: jlama takes row after row, so a few cost per row what all do.
 *
 * <pre>
 * keys    [length, heads * dQk]  as its cache has them, in one page
 * values  [length, heads * dV]
 * </pre>
 */
final class JlamaAttention implements Opened {
  private static final int ROWS = 32;

  private final TensorOperations ops = TensorOperationsProvider.get();
  private final PeerProblem problem;
  private final int rows;
  private final FloatBufferTensor[] queries;
  private final FloatBufferTensor[] out;
  private final FloatBufferTensor keys;
  private final FloatBufferTensor values;
  private final FloatBufferTensor weights;

  JlamaAttention(PeerProblem problem) {
    this.problem = problem;
    this.rows = Math.min(ROWS, problem.rows());
    int heads = problem.shape().heads();
    this.keys = tokens(problem.keys(), problem.shape().query(), 0, problem.length());
    this.values = tokens(problem.values(), problem.shape().value(), 0, problem.length());
    this.weights = new FloatBufferTensor(1, problem.length());
    this.queries = new FloatBufferTensor[rows];
    this.out = new FloatBufferTensor[rows];
    for (int i = 0; i < rows; i++) {
      int row = problem.rows() - rows + i;
      queries[i] = tokens(problem.queries(), problem.shape().query(), row, 1);
      out[i] = new FloatBufferTensor(1, heads * problem.shape().value());
    }
  }

  /** Tokens of every head, heads side by side. */
  private static FloatBufferTensor tokens(List<float[]> heads, int width, int first, int count) {
    FloatBuffer all =
        ByteBuffer.allocateDirect(Math.multiplyExact(count * heads.size(), width * Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int s = first; s < first + count; s++) {
      for (float[] head : heads) {
        all.put(head, s * width, width);
      }
    }
    TensorShape shape = TensorShape.of(count, heads.size() * width);
    return new FloatBufferTensor(all.rewind(), shape, false);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public void run() {
    for (int i = 0; i < rows; i++) {
      out[i].clear();
      int visible = problem.length() - rows + i + 1;
      for (int h = 0; h < problem.shape().heads(); h++) {
        attend(i, h, visible);
      }
    }
  }

  private void attend(int i, int head, int visible) {
    int query = problem.shape().query();
    int value = problem.shape().value();
    int key = head * query;
    ops.batchDotProduct(weights, queries[i], keys, key, key, query, 0, 0, visible);
    ops.scale(problem.shape().softmaxScale(), weights, 0, visible);
    VectorMath.softMax(weights, 0, visible);
    ops.saxpy(weights, values, out[i], head * value, head * value, value, 0, 0, visible);
  }

  @Override
  public float[] output(int i) {
    float[] row = new float[problem.shape().heads() * problem.shape().value()];
    for (int c = 0; c < row.length; c++) {
      row[c] = out[i].get(0, c);
    }
    return row;
  }

  @Override
  public void close() {
    keys.close();
    values.close();
    weights.close();
    for (int i = 0; i < rows; i++) {
      queries[i].close();
      out[i].close();
    }
  }
}
