package org.longread.peers.jlama;

import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.util.List;
import org.longread.kernels.bench.AttentionPeer;
import org.longread.kernels.bench.PeerProblem;

/**
 * jlama: the calls of its CausalSelfAttention, whose class wants a whole model, in the same order
 * on its own tensors, on one thread.
 */
public final class JlamaPeer implements AttentionPeer {
  @Override
  public String name() {
    return "jlama 0.8.4";
  }

  @Override
  public List<Form> forms() {
    return List.of(new OwnCalls());
  }

  private static final class OwnCalls implements Form {
    @Override
    public String title() {
      return TensorOperationsProvider.get().name();
    }

    @Override
    public Sees sees() {
      return Sees.CAUSAL;
    }

    @Override
    public Opened open(PeerProblem problem) {
      return new JlamaAttention(problem);
    }
  }
}
