"""What a selection without a trained indexer could capture: python selection_proxies.py MODEL JSONL LENGTH

With deploy/demo: MODEL is model, JSONL needle-dev.jsonl.

Attention probability kept by the top k = L/8 tokens of each query, heads averaged, over all layers
of dense attention. On the demo model and its needle documents (mean; mean of the last quarter;
worst layer):

    proxy                               L = 1024            L = 2048
    oracle: sum of exact probabilities  0.821 0.737 0.687   0.817 0.718 0.702
    int8 scores, softmax, summed        0.821 0.737 0.687   0.817 0.718 0.702
    int4 scores, softmax, summed        0.817 0.732 0.680   0.813 0.713 0.695
    rank 32 scores, softmax, summed     0.816 0.730 0.685   0.812 0.712 0.700
    rank 16 scores, softmax, summed     0.797 0.708 0.673   0.793 0.689 0.689
    trained indexer                     0.797 0.705 0.671   0.789 0.685 0.683
    ReLU of scores, summed              0.789 0.698 0.666   0.787 0.688 0.685
    one query: the sum of all heads'    0.785 0.691 0.668   0.782 0.677 0.683
    largest of the heads' scores        0.775 0.689 0.646   0.769 0.670 0.631
    the newest k                        0.629 0.538 0.419   0.646 0.524 0.472

Nothing that shares one set of tokens among heads can exceed the oracle, which stays far below the
0.95 asked for; so the engine has no such selection. The proxies themselves are good: int8 scores
reach all of what there is to reach.
"""

import json
import sys
from pathlib import Path

import numpy as np
import reference
import tensors


def rounded(x, most):
    scale = np.abs(x).max(-1, keepdims=True) / most + 1e-30
    return np.round(x / scale) * scale


class Measured(reference.Model):
    """Dense attention, beside which selections by proxies are measured."""

    def __init__(self, config, weights, length):
        super().__init__(config, weights)
        self.rows = np.arange(length // 8, length, max(1, length // 256))
        self.kept = {}

    def attention(self, n, x):
        c, w, t = self.config, self.weights, len(x)
        p = f"model.layers.{n}.self_attn."
        heads, nope, latent = c["num_attention_heads"], c["qk_nope_head_dim"], c["kv_lora_rank"]
        eps = c["rms_norm_eps"]
        residual = reference.rms(x @ w[p + "q_a_proj.weight"].T, w[p + "q_a_layernorm.weight"], eps)
        q = (residual @ w[p + "q_b_proj.weight"].T).reshape(t, heads, -1)
        down = x @ w[p + "kv_a_proj_with_mqa.weight"].T
        cached = reference.rms(down[:, :latent], w[p + "kv_a_layernorm.weight"], eps)
        up = w[p + "kv_b_proj.weight"].reshape(heads, -1, latent)[:, :nope]
        absorbed = np.einsum("thd,hdc->thc", q[..., :nope], up)
        queries = np.concatenate([absorbed, self.rope.rotate(q[..., nope:], True)], -1)
        keys = np.concatenate([cached, self.rope.rotate(down[:, latent:], True)], -1)
        self.measure(n, queries, keys, q.shape[-1] ** -0.5 * self.rope.score_scale)
        if c.get("index_topk"):
            self.top_k = t // 8
            allowed = self.select(n, residual, x)
            self.top_k = 0
            self.note("trained indexer", [self.exact[:, i, allowed[i]] for i in self.rows])
        return super().attention(n, x)

    def measure(self, n, queries, keys, scale):
        t = len(keys)
        visible = np.tril(np.ones((t, t), bool))

        def scores(q, k):
            return np.where(visible, np.einsum("thc,sc->hts", q, k) * scale, -np.inf)

        exact = scores(queries, keys)
        self.exact = reference.softmax(exact)
        proxies = {"oracle": self.exact.sum(0), "largest": exact.max(0), "one query": exact.sum(0)}
        proxies["ReLU"] = np.maximum(exact, 0).sum(0)
        proxies["newest"] = np.tile(np.arange(t), (t, 1))
        for bits in (8, 4):
            most = 2 ** (bits - 1) - 1
            coded = scores(rounded(queries, most), rounded(keys, most))
            proxies[f"int{bits}"] = reference.softmax(coded).sum(0)
        _, _, axes = np.linalg.svd(queries.reshape(-1, queries.shape[-1])[::7], full_matrices=False)
        for rank in (16, 32):
            low = scores(queries @ axes[:rank].T, keys @ axes[:rank].T)
            proxies[f"rank {rank}"] = reference.softmax(low).sum(0)
        for name, proxy in proxies.items():
            best = [np.argsort(-proxy[i, : i + 1])[: t // 8] for i in self.rows]
            self.note(name, [self.exact[:, i, chosen] for i, chosen in zip(self.rows, best)])

    def note(self, name, kept):
        self.kept.setdefault(name, []).append(np.array([part.sum(-1).mean() for part in kept]))


def main(folder, documents, length):
    config = json.loads((folder / "config.json").read_text())
    model = Measured(config, tensors.weights(folder, config), length)
    texts = [json.loads(line)["text"].encode() for line in documents.read_text().splitlines()]
    text = next(t for t in texts if len(t) >= length)[1 - length :]
    model.logits(np.array([config["bos_token_id"], *text]), 0)
    late = model.rows >= 3 * length // 4
    for name, layers in model.kept.items():
        kept = np.array(layers)
        print(f"{name:16s} {kept.mean():.3f} {kept[:, late].mean():.3f} {kept.mean(1).min():.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
