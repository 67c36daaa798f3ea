package org.longread.kernels.checkpoint;

import java.util.List;
import java.util.function.Consumer;

/** Every tensor that a configuration asks for, with its shape. */
final class ExpectedTensors {
  private final ModelConfig config;
  private final Consumer<Expected> visitor;

  private ExpectedTensors(ModelConfig config, Consumer<Expected> visitor) {
    this.config = config;
    this.visitor = visitor;
  }

  /** How a tensor is used, which decides the types it may have. */
  enum Use {
    /** Widened to float32: F32, F16 or BF16. */
    VECTOR,
    /** Rows looked up: F32, F16 or BF16. */
    TABLE,
    /** Multiplied: also F8_E4M3 with scales. */
    MATRIX
  }

  /** One tensor asked for. */
  record Expected(String name, List<Long> shape, Use use, TensorGroup group) {}

  /** Hands every tensor of the model to {@code visitor}, in the order of the forward pass. */
  static void forEach(ModelConfig config, Consumer<Expected> visitor) {
    new ExpectedTensors(config, visitor).visitModel();
  }

  private void visitModel() {
    long vocabulary = config.vocabSize();
    long hidden = config.hiddenSize();
    visitor.accept(
        new Expected(
            TensorNames.EMBEDDING, List.of(vocabulary, hidden), Use.TABLE, TensorGroup.EMBEDDING));
    for (int n = 0; n < config.layers(); n++) {
      visitLayer(n);
    }
    vector(TensorNames.FINAL_NORM, hidden, TensorGroup.NORMS);
    matrix(TensorNames.HEAD, vocabulary, hidden, TensorGroup.HEAD);
  }

  private void visitLayer(int n) {
    String layer = TensorNames.layer(n);
    vector(layer + TensorNames.INPUT_NORM, config.hiddenSize(), TensorGroup.NORMS);
    visitAttention(layer);
    if (config.indexes(n)) {
      visitIndexer(layer);
    }
    vector(layer + TensorNames.POST_ATTENTION_NORM, config.hiddenSize(), TensorGroup.NORMS);
    if (config.isDense(n)) {
      int width = config.feedForward().intermediate();
      visitMlp(layer + TensorNames.DENSE_MLP, width, TensorGroup.DENSE_MLP);
    } else {
      visitExperts(layer);
    }
  }

  private void visitAttention(String layer) {
    ModelConfig.Attention a = config.attention();
    long hidden = config.hiddenSize();
    long heads = a.heads();
    TensorGroup group = TensorGroup.ATTENTION;
    long queries = heads * (a.qkNope() + a.qkRope());
    if (a.hasQueryRank()) {
      matrix(layer + TensorNames.QUERY_DOWN, a.qLoraRank(), hidden, group);
      vector(layer + TensorNames.QUERY_NORM, a.qLoraRank(), group);
      matrix(layer + TensorNames.QUERY_UP, queries, a.qLoraRank(), group);
    } else {
      matrix(layer + TensorNames.QUERY, queries, hidden, group);
    }
    matrix(layer + TensorNames.KEY_VALUE_DOWN, a.kvLoraRank() + a.qkRope(), hidden, group);
    vector(layer + TensorNames.KEY_VALUE_NORM, a.kvLoraRank(), group);
    long expanded = heads * (a.qkNope() + a.value());
    matrix(layer + TensorNames.KEY_VALUE_UP, expanded, a.kvLoraRank(), group);
    matrix(layer + TensorNames.OUTPUT, hidden, heads * a.value(), group);
  }

  private void visitIndexer(String layer) {
    ModelConfig.Indexer indexer = config.indexer();
    long rows = (long) indexer.heads() * indexer.dim();
    TensorGroup group = TensorGroup.INDEXER;
    matrix(layer + TensorNames.INDEX_QUERY_UP, rows, config.attention().qLoraRank(), group);
    matrix(layer + TensorNames.INDEX_KEY, indexer.dim(), config.hiddenSize(), group);
    vector(layer + TensorNames.INDEX_KEY_NORM, indexer.dim(), group);
    vector(layer + TensorNames.INDEX_KEY_NORM_BIAS, indexer.dim(), group);
    matrix(layer + TensorNames.INDEX_HEAD_WEIGHTS, indexer.heads(), config.hiddenSize(), group);
  }

  private void visitExperts(String layer) {
    ModelConfig.FeedForward moe = config.feedForward();
    int experts = moe.routedExperts();
    matrix(layer + TensorNames.ROUTER, experts, config.hiddenSize(), TensorGroup.ROUTER);
    if (moe.routing() == ModelConfig.Routing.SIGMOID) {
      vector(layer + TensorNames.ROUTER_BIAS, experts, TensorGroup.ROUTER);
    }
    for (int e = 0; e < experts; e++) {
      String expert = layer + TensorNames.expert(e);
      visitMlp(expert, moe.expertIntermediate(), TensorGroup.ROUTED_EXPERTS);
    }
    if (moe.sharedExperts() > 0) {
      long width = (long) moe.sharedExperts() * moe.expertIntermediate();
      visitMlp(layer + TensorNames.SHARED_EXPERTS, width, TensorGroup.SHARED_EXPERTS);
    }
  }

  private void visitMlp(String prefix, long width, TensorGroup group) {
    matrix(prefix + TensorNames.GATE, width, config.hiddenSize(), group);
    matrix(prefix + TensorNames.UP, width, config.hiddenSize(), group);
    matrix(prefix + TensorNames.DOWN, config.hiddenSize(), width, group);
  }

  private void vector(String name, long length, TensorGroup group) {
    visitor.accept(new Expected(name, List.of(length), Use.VECTOR, group));
  }

  private void matrix(String name, long rows, long cols, TensorGroup group) {
    visitor.accept(new Expected(name, List.of(rows, cols), Use.MATRIX, group));
  }
}
