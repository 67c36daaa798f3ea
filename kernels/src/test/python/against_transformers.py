"""Holds golden folders to Hugging Face transformers: python against_transformers.py FOLDER...

Needs torch and transformers (5.23 was used). Loads a folder's weights, dequantised, into the
library's own model in float32 and compares logits and the greedy continuation over its cache.
Folders that the library computes otherwise, or cannot, are named with the reason.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensors
import torch
from transformers import AutoConfig, AutoModelForCausalLM

LARGEST_DIFFERENCE = 1e-3
OTHERWISE = {
    "v2-sparse-experts": "transformers has neither moe_layer_freq nor models without shared experts",
    "m6-odd-shapes": "transformers has no models without shared experts",
    "glm-schedule": "transformers rotates GLM's indexer interleaved whatever the configuration says",
    "m4-bf16-indexer-interleaved": "transformers rotates V3.2's indexer half-split always",
}


def stored(folder, config):
    values = {}
    for file in sorted(folder.glob("model*.safetensors")):
        values.update(tensors.read(file))
    single = folder / "model.safetensors"
    return tensors.dequantised(values if not single.exists() else tensors.read(single), config)


def model_of(folder, config):
    known = {k: v for k, v in config.items() if k not in ("quantization_config", "torch_dtype")}
    settings = AutoConfig.for_model(**known)
    settings._attn_implementation = settings._experts_implementation = "eager"
    model = AutoModelForCausalLM.from_config(settings).float().eval()
    layers = config["num_hidden_layers"]
    weights = {
        name: torch.tensor(value, dtype=torch.float32)
        for name, value in stored(folder, config).items()
        if not name.startswith("model.layers.") or int(name.split(".")[2]) < layers
    }
    join_experts(weights, model.state_dict())
    missing, unexpected = model.load_state_dict(weights, strict=False)
    missing = [name for name in missing if "inv_freq" not in name]
    if missing or unexpected:
        raise SystemExit(f"{folder.name}: missing {missing}, unexpected {unexpected}")
    for name, module in model.named_modules():
        # The library's low-rank norms have a constant epsilon; vLLM and this engine, the model's.
        if name.endswith("layernorm"):
            module.variance_epsilon = config["rms_norm_eps"]
    return model


def join_experts(weights, wanted):
    """The library keeps a layer's experts in two tensors."""
    for name in [n for n in wanted if n.endswith("experts.gate_up_proj")]:
        prefix = name.removesuffix("gate_up_proj")
        gate, up, down = [], [], []
        for e in range(len(wanted[name])):
            gate.append(weights.pop(f"{prefix}{e}.gate_proj.weight"))
            up.append(weights.pop(f"{prefix}{e}.up_proj.weight"))
            down.append(weights.pop(f"{prefix}{e}.down_proj.weight"))
        weights[name] = torch.stack([torch.cat(pair) for pair in zip(gate, up)])
        weights[prefix + "down_proj"] = torch.stack(down)


def compare(folder):
    config = json.loads((folder / "config.json").read_text())
    expected = {k: v for k, (_, v) in tensors.read(folder / "expected.safetensors").items()}
    model = model_of(folder, config)
    ids = torch.tensor(expected["input_ids"].astype(np.int64))[None]
    with torch.no_grad():
        logits = model(ids, use_cache=False).logits[0].numpy()
        count = len(expected["greedy_tokens"])
        settings = dict(do_sample=False, use_cache=True, eos_token_id=None, pad_token_id=0)
        chosen = model.generate(ids, max_new_tokens=count, **settings)[0, ids.shape[1] :].numpy()
    difference = np.abs(logits - expected["logits"]).max()
    same = np.array_equal(chosen, expected["greedy_tokens"])
    print(f"{folder.name}: logits differ by {difference:.1e}, greedy tokens {'same' if same else 'DIFFER'}")
    return same and difference < LARGEST_DIFFERENCE


def main():
    torch.manual_seed(0)
    good = True
    for folder in map(Path, sys.argv[1:]):
        if folder.name in OTHERWISE:
            print(f"{folder.name}: not compared: {OTHERWISE[folder.name]}")
        else:
            good &= compare(folder)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
