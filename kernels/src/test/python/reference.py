"""The forward pass of the family in float64 NumPy, written from the specification.

Slow and plain on purpose: keys and values are expanded, every score is computed, nothing is cached.
Independent of the engine: no line of it is shared, and no intermediate of it is read.
"""

import math

import numpy as np

EPS_OF_INDEX_KEYS = 1e-6


def rms(x, weight, eps):
    return weight * x / np.sqrt((x * x).mean(-1, keepdims=True) + eps)


def layer_norm(x, weight, bias):
    centred = x - x.mean(-1, keepdims=True)
    deviation = np.sqrt((centred * centred).mean(-1, keepdims=True) + EPS_OF_INDEX_KEYS)
    return weight * centred / deviation + bias


def silu(x):
    return x / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def best(scores, count):
    """The indices of the largest, best first, ties to the lower."""
    return np.argsort(-scores, kind="stable")[:count]


class Rope:
    """Frequencies, the scale of cosines and the scale of attention scores."""

    def __init__(self, config):
        parameters = config.get("rope_parameters") or config.get("rope_scaling") or {}
        self.width = config["qk_rope_head_dim"]
        theta = parameters.get("rope_theta") or config.get("rope_theta") or 10000
        steps = np.arange(0, self.width, 2) / self.width
        self.frequencies = theta**-steps
        self.rotation_scale, self.score_scale = 1.0, 1.0
        if parameters.get("rope_type", parameters.get("type", "default")) == "yarn":
            self._yarn(parameters, theta)

    def _yarn(self, p, theta):
        def dimension(rotations):
            turns = p["original_max_position_embeddings"] / (rotations * 2 * math.pi)
            return self.width * math.log(turns) / (2 * math.log(theta))

        def magnitude(mscale):
            return 0.1 * mscale * math.log(p["factor"]) + 1 if p["factor"] > 1 else 1.0

        low = max(math.floor(dimension(p.get("beta_fast") or 32)), 0)
        high = min(math.ceil(dimension(p.get("beta_slow") or 1)), self.width - 1)
        ramp = np.clip((np.arange(self.width // 2) - low) / max(high - low, 0.001), 0, 1)
        slow = self.frequencies / p["factor"]
        self.frequencies = self.frequencies * (1 - ramp) + slow * ramp
        overall = p.get("mscale_all_dim") or 0
        # One of the two alone: cosines carry the whole scale and scores none.
        self.rotation_scale = magnitude(p.get("mscale") or 1) / magnitude(overall)
        self.score_scale = magnitude(overall) ** 2

    def rotate(self, x, interleaved):
        """x [t, ..., width] by position."""
        half = self.width // 2
        angles = np.outer(np.arange(len(x)), self.frequencies)
        shape = (len(x),) + (1,) * (x.ndim - 2) + (half,)
        cos = self.rotation_scale * np.cos(angles).reshape(shape)
        sin = self.rotation_scale * np.sin(angles).reshape(shape)
        first = np.s_[..., 0::2] if interleaved else np.s_[..., :half]
        second = np.s_[..., 1::2] if interleaved else np.s_[..., half:]
        y = np.empty_like(x)
        y[first] = x[first] * cos - x[second] * sin
        y[second] = x[first] * sin + x[second] * cos
        return y


class Model:
    """A configuration and its weights. After a pass, what it saw is in ``seen`` and ``margins``."""

    def __init__(self, config, weights):
        self.config = config
        self.weights = weights
        self.rope = Rope(config)
        self.variant = config["model_type"]
        self.sparse = self.variant in ("deepseek_v32", "glm_moe_dsa")

    def logits(self, ids, top_k=None):
        """[t, V]; top_k None takes the configuration's, 0 attends to everything."""
        c, w = self.config, self.weights
        self.seen, self.margins = {}, {"index": np.inf, "expert": np.inf, "group": np.inf}
        self.top_k = c.get("index_topk", 0) if top_k is None else top_k
        self.allowed = None
        h = w["model.embed_tokens.weight"][ids]
        for n in range(c["num_hidden_layers"]):
            p = f"model.layers.{n}."
            h = h + self.attention(n, rms(h, w[p + "input_layernorm.weight"], c["rms_norm_eps"]))
            x = rms(h, w[p + "post_attention_layernorm.weight"], c["rms_norm_eps"])
            h = h + (self.mlp(p + "mlp.", x) if self.is_dense(n) else self.experts(n, x))
        h = rms(h, w["model.norm.weight"], c["rms_norm_eps"])
        return h @ w["lm_head.weight"].T

    def is_dense(self, n):
        c = self.config
        if c.get("mlp_layer_types"):
            return c["mlp_layer_types"][n] == "dense"
        return n < c["first_k_dense_replace"] or n % (c.get("moe_layer_freq") or 1) != 0

    def is_shared(self, n):
        c = self.config
        if c.get("indexer_types"):
            return c["indexer_types"][n] == "shared"
        if c.get("index_topk_pattern"):
            return c["index_topk_pattern"][n] == "S"
        offset = c.get("index_skip_topk_offset", 2)
        return max(n - offset + 1, 0) % c.get("index_topk_freq", 1) != 0

    def see(self, n, name, value):
        self.seen[f"layers.{n}.{name}"] = value

    def attention(self, n, x):
        c, w, t = self.config, self.weights, len(x)
        p = f"model.layers.{n}.self_attn."
        heads, nope, value = c["num_attention_heads"], c["qk_nope_head_dim"], c["v_head_dim"]
        latent, eps = c["kv_lora_rank"], c["rms_norm_eps"]
        interleaved = c.get("rope_interleave", True)
        if c.get("q_lora_rank"):
            residual = rms(x @ w[p + "q_a_proj.weight"].T, w[p + "q_a_layernorm.weight"], eps)
            q = residual @ w[p + "q_b_proj.weight"].T
        else:
            residual, q = None, x @ w[p + "q_proj.weight"].T
        q = q.reshape(t, heads, -1)
        q_rope = self.rope.rotate(q[..., nope:], interleaved)
        down = x @ w[p + "kv_a_proj_with_mqa.weight"].T
        cached = rms(down[:, :latent], w[p + "kv_a_layernorm.weight"], eps)
        k_rope = self.rope.rotate(down[:, latent:], interleaved)
        up = (cached @ w[p + "kv_b_proj.weight"].T).reshape(t, heads, nope + value)
        scores = np.einsum("qhd,khd->hqk", q[..., :nope], up[..., :nope])
        scores += np.einsum("qhd,kd->hqk", q_rope, k_rope)
        scores *= (q.shape[-1] ** -0.5) * self.rope.score_scale
        visible = np.tril(np.ones((t, t), bool))
        if self.sparse and self.top_k:
            if not self.is_shared(n):
                self.allowed = self.select(n, residual, x)
            visible = visible & self.allowed
        scores = np.where(visible, scores, -np.inf)
        mixed = np.einsum("hqk,khd->qhd", softmax(scores), up[..., nope:])
        largest = scores.max(-1)
        lse = np.log(np.exp(scores - largest[..., None]).sum(-1)) + largest
        for name, seen in {"kv_latent": cached, "k_pe": k_rope, "lse": lse.T}.items():
            self.see(n, name, seen)
        self.see(n, "attn_heads", mixed)
        return mixed.reshape(t, -1) @ w[p + "o_proj.weight"].T

    def select(self, n, residual, x):
        """Which keys [t, t] each query keeps."""
        c, w, t = self.config, self.weights, len(x)
        p = f"model.layers.{n}.self_attn.indexer."
        rope, heads, width = c["qk_rope_head_dim"], c["index_n_heads"], c["index_head_dim"]
        interleaved = c.get("indexer_rope_interleave", self.variant == "glm_moe_dsa")
        q = (residual @ w[p + "wq_b.weight"].T).reshape(t, heads, width)
        k = layer_norm(x @ w[p + "wk.weight"].T, w[p + "k_norm.weight"], w[p + "k_norm.bias"])
        for y in (q, k):
            y[..., :rope] = self.rope.rotate(y[..., :rope].copy(), interleaved)
        head_weights = (x @ w[p + "weights_proj.weight"].T) * (heads * width) ** -0.5
        dots = np.maximum(np.einsum("qhd,kd->qhk", q, k), 0)
        scores = np.einsum("qh,qhk->qk", head_weights, dots)
        scores = np.where(np.tril(np.ones((t, t), bool)), scores, -np.inf)
        chosen = np.full((t, min(self.top_k, t)), -1)
        allowed = np.zeros((t, t), bool)
        for i in range(t):
            order = best(scores[i, : i + 1], i + 1)
            kept = np.sort(order[: self.top_k])
            chosen[i, : len(kept)] = kept
            allowed[i, kept] = True
            if i >= self.top_k:
                gap = scores[i, order[self.top_k - 1]] - scores[i, order[self.top_k]]
                self.margins["index"] = min(self.margins["index"], gap)
        self.seen[f"index_scores.{n}"] = scores
        self.seen[f"topk_indices.{n}"] = chosen
        return allowed

    def mlp(self, prefix, x):
        gate, up, down = (self.weights[f"{prefix}{k}_proj.weight"] for k in ("gate", "up", "down"))
        return (silu(x @ gate.T) * (x @ up.T)) @ down.T

    def experts(self, n, x):
        c, w, t = self.config, self.weights, len(x)
        p = f"model.layers.{n}.mlp."
        logits = x @ w[p + "gate.weight"].T
        if self.variant == "deepseek_v2":
            scores = choice = softmax(logits)
            grouped, of_group = c["topk_method"] == "group_limited_greedy", 1
        else:
            scores = 1 / (1 + np.exp(-logits))
            choice = scores + w[p + "gate.e_score_correction_bias"]
            grouped, of_group = True, 2
        count = c["num_experts_per_tok"]
        experts, gates = np.zeros((t, count), int), np.zeros((t, count))
        for i in range(t):
            experts[i] = self.choose(choice[i], grouped, of_group, count)
            gates[i] = scores[i, experts[i]]
        if c.get("norm_topk_prob", self.variant != "deepseek_v2"):
            gates = gates / (gates.sum(-1, keepdims=True) + 1e-20)
        gates = gates * c["routed_scaling_factor"]
        for name, seen in {"router_logits": logits, "moe_idx": experts, "moe_w": gates}.items():
            self.see(n, name, seen)
        out = np.zeros_like(x)
        for i in range(t):
            for e, gate in zip(experts[i], gates[i]):
                out[i] += gate * self.mlp(f"{p}experts.{e}.", x[i])
        return out + self.mlp(p + "shared_experts.", x) if c.get("n_shared_experts") else out

    def choose(self, choice, grouped, of_group, count):
        groups = (self.config.get("n_group") or 1) if grouped else 1
        if groups > 1:
            kept = self.config["topk_group"]
            parts = choice.reshape(groups, -1)
            totals = -np.sort(-parts, -1)[:, :of_group].sum(-1)
            order = best(totals, groups)
            if kept < groups:
                self.margin("group", totals[order[kept - 1]] - totals[order[kept]])
            outside = np.isin(np.arange(groups), order[:kept], invert=True)
            choice = np.where(np.repeat(outside, parts.shape[1]), -np.inf, choice)
        order = best(choice, count + 1)
        if len(order) > count:
            self.margin("expert", choice[order[count - 1]] - choice[order[count]])
        return order[:count]

    def margin(self, kind, gap):
        self.margins[kind] = min(self.margins[kind], gap)
