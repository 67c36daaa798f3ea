package org.longread.peers.onnxruntime;

import org.longread.kernels.bench.AttentionPeer.Form;
import org.longread.kernels.bench.AttentionPeer.Opened;
import org.longread.kernels.bench.AttentionPeer.Sees;
import org.longread.kernels.bench.PeerProblem;
import org.longread.kernels.ops.AttentionShape;

/**
 * The graphs that compute attention. Keys and values are inputs, not constants: a cache changes.
 *
 * <pre>
 * q     [1, heads, rows, dQk], scaled already    fused: [1, rows, heads * dQk]
 * k     [1, heads, dQk, length]                  fused: [1, length, heads * dQk]
 * v     [1, heads, length, dV]                   fused: [1, length, heads * dV]
 * mask  [1, 1, rows, length]  0, or -inf where a row may not look
 * </pre>
 *
 * <p>The fused operation takes other layouts only where dQk = dV.
 */
enum OnnxForm implements Form {
  /** Scores, mask, softmax and mix as operations of their own. */
  WRITTEN_OUT("MatMul + Softmax", Sees.CAUSAL),
  /**
   * MultiHeadAttention, the fused operation, which writes the scores to memory if it has a mask.
   */
  FUSED("fused MHA", Sees.CAUSAL),
  /** MultiHeadAttention in blocks that stay in the cache, which it can only do without a mask. */
  FLASH("fused MHA, no mask", Sees.EVERYTHING);

  private final String title;
  private final Sees sees;

  OnnxForm(String title, Sees sees) {
    this.title = title;
    this.sees = sees;
  }

  @Override
  public Sees sees() {
    return sees;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Opened open(PeerProblem problem) {
    return new OnnxAttention(this, problem);
  }

  boolean isMasked() {
    return this != FLASH;
  }

  boolean isFused() {
    return this != WRITTEN_OUT;
  }

  /** The model of a problem. */
  byte[] model(PeerProblem problem) {
    AttentionShape shape = problem.shape();
    ModelBytes graph = new ModelBytes();
    OnnxAttention.shapes(this, problem).forEach(graph::input);
    long heads = shape.heads();
    if (!isFused()) {
      ModelBytes none = new ModelBytes();
      graph.node("MatMul", "", "scores", none, "q", "k");
      graph.node("Add", "", "masked", none, "scores", "mask");
      graph.node("Softmax", "", "weights", new ModelBytes().attribute("axis", -1), "masked");
      graph.node("MatMul", "", "out", none, "weights", "v");
      graph.output("out", 1, heads, problem.rows(), shape.value());
      return ModelBytes.model(graph);
    }
    ModelBytes own =
        new ModelBytes().attribute("num_heads", heads).attribute("scale", shape.softmaxScale());
    String[] inputs =
        isMasked() ? new String[] {"q", "k", "v", "", "", "mask"} : new String[] {"q", "k", "v"};
    graph.node("MultiHeadAttention", "com.microsoft", "out", own, inputs);
    graph.output("out", 1, problem.rows(), heads * shape.value());
    return ModelBytes.model(graph);
  }
}
