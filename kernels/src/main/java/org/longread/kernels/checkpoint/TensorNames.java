package org.longread.kernels.checkpoint;

/** Tensor names of the Hugging Face layout of the family. */
final class TensorNames {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String FINAL_NORM = "model.norm.weight";
  static final String HEAD = "lm_head.weight";
  static final String SCALE_SUFFIX = "_scale_inv";

  // Below model.layers.N.
  static final String INPUT_NORM = "input_layernorm.weight";
  static final String POST_ATTENTION_NORM = "post_attention_layernorm.weight";
  static final String QUERY = "self_attn.q_proj.weight";
  static final String QUERY_DOWN = "self_attn.q_a_proj.weight";
  static final String QUERY_NORM = "self_attn.q_a_layernorm.weight";
  static final String QUERY_UP = "self_attn.q_b_proj.weight";
  static final String KEY_VALUE_DOWN = "self_attn.kv_a_proj_with_mqa.weight";
  static final String KEY_VALUE_NORM = "self_attn.kv_a_layernorm.weight";
  static final String KEY_VALUE_UP = "self_attn.kv_b_proj.weight";
  static final String OUTPUT = "self_attn.o_proj.weight";
  static final String INDEX_QUERY_UP = "self_attn.indexer.wq_b.weight";
  static final String INDEX_KEY = "self_attn.indexer.wk.weight";
  static final String INDEX_KEY_NORM = "self_attn.indexer.k_norm.weight";
  static final String INDEX_KEY_NORM_BIAS = "self_attn.indexer.k_norm.bias";
  static final String INDEX_HEAD_WEIGHTS = "self_attn.indexer.weights_proj.weight";
  static final String ROUTER = "mlp.gate.weight";
  static final String ROUTER_BIAS = "mlp.gate.e_score_correction_bias";
  static final String DENSE_MLP = "mlp.";
  static final String SHARED_EXPERTS = "mlp.shared_experts.";

  // Below an MLP.
  static final String GATE = "gate_proj.weight";
  static final String UP = "up_proj.weight";
  static final String DOWN = "down_proj.weight";

  private static final String LAYERS = "model.layers.";

  private TensorNames() {}

  /** What the names of a layer's tensors begin with. */
  static String layer(int n) {
    return LAYERS + n + ".";
  }

  /** What the names of a routed expert's tensors begin with, below its layer. */
  static String expert(int e) {
    return "mlp.experts." + e + ".";
  }

  /** Whether a tensor belongs to a layer after the last: those that predict further tokens. */
  static boolean isBeyondLayers(String name, int layers) {
    if (!name.startsWith(LAYERS)) {
      return false;
    }
    int dot = name.indexOf('.', LAYERS.length());
    String number = dot < 0 ? "" : name.substring(LAYERS.length(), dot);
    return number.matches("[0-9]{1,9}") && Integer.parseInt(number) >= layers;
  }
}
