"""Writes one folder of golden data per variant of the family: python family_golden.py OUT

Needs NumPy alone. Random weights; prompts are searched for that leave no near-tie.
"""

import json
import sys
from pathlib import Path

import numpy as np
import reference
import tensors

COMMON = {
    "attention_bias": False,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "first_k_dense_replace": 1,
    "hidden_act": "silu",
    "hidden_size": 48,
    "intermediate_size": 64,
    "kv_lora_rank": 24,
    "max_position_embeddings": 256,
    "moe_intermediate_size": 20,
    "n_routed_experts": 8,
    "n_shared_experts": 1,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "num_experts_per_tok": 3,
    "num_hidden_layers": 3,
    "q_lora_rank": 32,
    "qk_nope_head_dim": 16,
    "qk_rope_head_dim": 8,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000,
    "routed_scaling_factor": 1.0,
    "tie_word_embeddings": False,
    "v_head_dim": 12,
    "vocab_size": 80,
}


def yarn(**changes):
    return {
        "beta_fast": 4,
        "beta_slow": 1,
        "factor": 8,
        "original_max_position_embeddings": 32,
        "type": "yarn",
        **changes,
    }


V2 = {**COMMON, "model_type": "deepseek_v2", "scoring_func": "softmax", "norm_topk_prob": False}
V3 = {
    **COMMON,
    "model_type": "deepseek_v3",
    "scoring_func": "sigmoid",
    "topk_method": "noaux_tc",
    "norm_topk_prob": True,
    "n_group": 4,
    "topk_group": 2,
    "routed_scaling_factor": 2.5,
}
GLM = {
    **V3,
    "model_type": "glm_moe_dsa",
    "n_group": 1,
    "topk_group": 1,
    "rms_norm_eps": 1e-5,
    "rope_theta": None,
    "rope_parameters": {"rope_theta": 8000000, "rope_type": "default"},
    "index_n_heads": 4,
    "index_head_dim": 16,
    "index_topk": 6,
    "indexer_rope_interleave": True,
}
# What each is there for stands beside it.
MODELS = {
    # V2-Lite's settings: no query rank, experts greedily; n_group must not matter.
    "v2-lite": {
        **V2,
        "q_lora_rank": None,
        "topk_method": "greedy",
        "n_group": 4,
        "topk_group": 1,
        "n_shared_experts": 2,
        "rope_scaling": yarn(mscale=0.707, mscale_all_dim=0.707),
    },
    # V2's: groups by their best expert, weights far above 1; every layer has experts.
    "v2-groups": {
        **V2,
        "topk_method": "group_limited_greedy",
        "n_group": 4,
        "topk_group": 2,
        "first_k_dense_replace": 0,
        "num_hidden_layers": 2,
        "routed_scaling_factor": 16.0,
        "rope_scaling": yarn(mscale=1.0, mscale_all_dim=1.0),
    },
    # Groups of one expert; every second layer has experts, and no shared one.
    "v2-sparse-experts": {
        **V2,
        "topk_method": "group_limited_greedy",
        "n_group": 8,
        "topk_group": 5,
        "moe_layer_freq": 2,
        "n_shared_experts": None,
        "num_hidden_layers": 4,
        "norm_topk_prob": None,
    },
    # V3's settings: FP8 in blocks that do not divide the matrices.
    "v3-fp8": {
        **V3,
        "rope_scaling": yarn(mscale=1.0, mscale_all_dim=1.0),
        "quantization_config": {
            "quant_method": "fp8",
            "fmt": "e4m3",
            "weight_block_size": [20, 28],
        },
    },
    # Cosines scaled by YaRN, scores not; half-split; no query rank; weights not normalised.
    "v3-half-split": {
        **V3,
        "q_lora_rank": None,
        "rope_interleave": False,
        "norm_topk_prob": False,
        "first_k_dense_replace": 0,
        "num_hidden_layers": 2,
        "n_group": 1,
        "topk_group": 1,
        "rope_scaling": yarn(),
    },
    # GLM-5.2's settings: two layers share the selection of the one before.
    "glm-shared": {
        **GLM,
        "num_hidden_layers": 5,
        "mlp_layer_types": ["dense", "dense", "sparse", "sparse", "dense"],
        "first_k_dense_replace": 2,
        "indexer_types": ["full", "full", "shared", "shared", "full"],
    },
    # The same by a schedule, with an indexer rotated half-split.
    "glm-schedule": {
        **GLM,
        "num_hidden_layers": 4,
        "index_topk_freq": 2,
        "index_skip_topk_offset": 2,
        "indexer_rope_interleave": False,
    },
}
# mlp_layer_types of glm-shared is not what first_k_dense_replace says.
MODELS["glm-shared"].pop("first_k_dense_replace")
LEAST = {"index": 2e-3, "expert": 1e-3, "group": 1e-3, "greedy": 2e-2}


def names(model):
    """(name, shape) of every weight."""
    c = model.config
    d, heads, rope = c["hidden_size"], c["num_attention_heads"], c["qk_rope_head_dim"]
    query, latent = c["qk_nope_head_dim"] + rope, c["kv_lora_rank"]
    yield "model.embed_tokens.weight", (c["vocab_size"], d)
    for n in range(c["num_hidden_layers"]):
        p, a = f"model.layers.{n}.", f"model.layers.{n}.self_attn."
        yield p + "input_layernorm.weight", (d,)
        rank = c.get("q_lora_rank")
        if rank:
            yield a + "q_a_proj.weight", (rank, d)
            yield a + "q_a_layernorm.weight", (rank,)
        yield a + ("q_b_proj.weight" if rank else "q_proj.weight"), (heads * query, rank or d)
        yield a + "kv_a_proj_with_mqa.weight", (latent + rope, d)
        yield a + "kv_a_layernorm.weight", (latent,)
        expanded = heads * (c["qk_nope_head_dim"] + c["v_head_dim"])
        yield a + "kv_b_proj.weight", (expanded, latent)
        yield a + "o_proj.weight", (d, heads * c["v_head_dim"])
        if model.sparse and not model.is_shared(n):
            width = c["index_head_dim"]
            yield a + "indexer.wq_b.weight", (c["index_n_heads"] * width, rank)
            yield a + "indexer.wk.weight", (width, d)
            yield a + "indexer.k_norm.weight", (width,)
            yield a + "indexer.k_norm.bias", (width,)
            yield a + "indexer.weights_proj.weight", (c["index_n_heads"], d)
        yield p + "post_attention_layernorm.weight", (d,)
        yield from feed_forward(model, n, p + "mlp.")
    yield "model.norm.weight", (d,)
    yield "lm_head.weight", (c["vocab_size"], d)


def feed_forward(model, n, prefix):
    c = model.config
    if model.is_dense(n):
        yield from mlp(prefix, c["hidden_size"], c["intermediate_size"])
        return
    yield prefix + "gate.weight", (c["n_routed_experts"], c["hidden_size"])
    if model.variant != "deepseek_v2":
        yield prefix + "gate.e_score_correction_bias", (c["n_routed_experts"],)
    for e in range(c["n_routed_experts"]):
        yield from mlp(f"{prefix}experts.{e}.", c["hidden_size"], c["moe_intermediate_size"])
    if c.get("n_shared_experts"):
        width = c["n_shared_experts"] * c["moe_intermediate_size"]
        yield from mlp(prefix + "shared_experts.", c["hidden_size"], width)


def mlp(prefix, hidden, width):
    yield prefix + "gate_proj.weight", (width, hidden)
    yield prefix + "up_proj.weight", (width, hidden)
    yield prefix + "down_proj.weight", (hidden, width)


def draw(name, shape, random):
    values = random.standard_normal(shape)
    if name.endswith("bias"):
        return 0.2 * values
    if len(shape) == 1:
        return 1 + 0.2 * values
    if name == "model.embed_tokens.weight":
        return values
    gain = 2.0 if "gate.weight" in name or "q_" in name or "indexer" in name else 1.5
    return gain * values / np.sqrt(shape[1])


def store(name, values, block):
    """What a file holds of a weight, by name."""
    plain = ("embed_tokens", "lm_head", "mlp.gate.", "weights_proj")
    if name.endswith("e_score_correction_bias"):
        return {name: ("F32", values)}
    if block is None or values.ndim == 1 or any(part in name for part in plain):
        return {name: ("BF16", tensors.to_bf16(values))}
    codes, scales = tensors.to_fp8(values, block)
    return {name: ("F8_E4M3", codes), name + "_scale_inv": ("F32", scales)}


def greedy(model, ids, count):
    """Tokens, the logits each was chosen by, and the least lead of a choice."""
    ids, chosen, logits, lead = list(ids), [], [], np.inf
    for _ in range(count):
        last = model.logits(ids)[-1]
        first, second = reference.best(last, 2)
        lead = min(lead, last[first] - last[second], *[np.inf])
        model.least = {k: min(v, model.margins[k]) for k, v in model.least.items()}
        chosen.append(first)
        logits.append(last)
        ids.append(first)
    return chosen, np.array(logits), lead


def clear(model, ids, count):
    """Everything expected of a prompt, or nothing if a choice is close."""
    logits = model.logits(ids)
    expected = {"logits": logits, **model.seen}
    model.least = dict(model.margins)
    if any(model.least[kind] < LEAST[kind] for kind in model.least):
        return None
    chosen, steps, lead = greedy(model, ids, count)
    if lead < LEAST["greedy"] or any(model.least[kind] < LEAST[kind] for kind in model.least):
        return None
    return {**expected, "greedy_tokens": np.array(chosen), "greedy_logits": steps}, lead


def search(model, random, length, count):
    for tried in range(1, 5000):
        ids = random.integers(2, model.config["vocab_size"], length)
        found = clear(model, ids, count)
        if found:
            return ids, found[0], {**model.least, "greedy": found[1]}, tried
    raise SystemExit("no clear prompt found")


def write(folder, config, seed):
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    block = config.get("quantization_config", {}).get("weight_block_size")
    stored = {}
    for name, shape in names(reference.Model(config, {})):
        stored.update(store(name, draw(name, shape, random), block))
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    tensors.write(folder / "model.safetensors", stored)
    model = reference.Model(config, tensors.weights(folder, config))
    ids, expected, margins, tried = search(model, random, 20, 4)
    expected = {"input_ids": ids, **expected, "logits_dense": model.logits(ids, 0)}
    single = ids[:1]
    expected |= {"short.0.input_ids": single, "short.0.logits": model.logits(single)}
    kinds = {True: "I32", False: "F32"}
    tensors.write(
        folder / "expected.safetensors",
        {k: (kinds[np.asarray(v).dtype.kind == "i"], np.asarray(v)) for k, v in expected.items()},
    )
    facts = {"seed": seed, "prompts_tried": tried}
    facts["least_margins"] = {k: float(f"{v:.4g}") for k, v in margins.items() if v < np.inf}
    (folder / "expected.json").write_text(json.dumps(facts, indent=1) + "\n")
    print(folder.name, json.dumps(facts))


def main():
    for seed, (name, config) in enumerate(MODELS.items()):
        write(Path(sys.argv[1]) / name, config, 700 + seed)


if __name__ == "__main__":
    main()
