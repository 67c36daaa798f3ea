#!/usr/bin/env python3
"""PyTorch doing what `longread bench --backend tornado` measured, on the same device, side by side.

    deploy/longread bench --backend tornado --preset v3.2-layer --lengths 8K,32K --output target/bench-device
    python deploy/bench/device_twin.py target/bench-device/device.jsonl

Takes CUDA where torch sees it, else the processor. Per line of the file: index scores of all heads, top k (selection),
or gather and attention over the selected tokens, in float32 and, on CUDA, float16; queries in blocks, so that a score
matrix of all heads fits. Prints times, ratios and shares of the matrix-product rate measured just before.
"""

import argparse
import json
import statistics
import time

import torch

BLOCK_BYTES = 1 << 30


def timed(device: torch.device, rounds: int, call) -> float:
    """Milliseconds of a call, median after one to warm up."""
    call()
    times = []
    for _ in range(rounds):
        if device.type == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        call()
        if device.type == "cuda":
            torch.cuda.synchronize()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def peak(device: torch.device, dtype: torch.dtype) -> float:
    """GFLOP/s of a large matrix product."""
    n = 8192 if device.type == "cuda" else 1024
    a = torch.randn(n, n, device=device, dtype=dtype)
    return 2 * n**3 / timed(device, 5, lambda: a @ a) / 1e6


def select(line: dict, device: torch.device, dtype: torch.dtype):
    rows, tokens, heads, dim = line["rows"], line["tokens"], line["index_heads"], line["index_dim"]
    queries = torch.randn(rows, heads, dim, device=device, dtype=dtype)
    weights = torch.randn(rows, heads, 1, device=device, dtype=dtype)
    keys = torch.randn(tokens, dim, device=device, dtype=dtype)
    block = max(1, BLOCK_BYTES // (heads * tokens * 4))

    def call():
        for first in range(0, rows, block):
            scores = (torch.relu(queries[first : first + block] @ keys.T) * weights[first : first + block]).sum(1)
            scores.topk(line["top_k"], dim=1)

    return call


def attend(line: dict, device: torch.device, dtype: torch.dtype):
    rows, tokens, heads, latent = line["rows"], line["tokens"], line["heads"], line["latent"]
    width = latent + line["rope"]
    queries = torch.randn(rows, heads, width, device=device, dtype=dtype)
    cache = torch.randn(tokens, width, device=device, dtype=dtype)
    chosen = torch.stack([torch.randperm(tokens, device=device)[: line["top_k"]] for _ in range(rows)])

    def call():
        gathered = cache[chosen]
        weights = torch.softmax(queries @ gathered.transpose(1, 2) * 0.07, dim=2)
        weights @ gathered[:, :, :latent]

    return call


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="device.jsonl of longread bench")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtypes = [torch.float32] + ([torch.float16] if device.type == "cuda" else [])
    name = torch.cuda.get_device_name() if device.type == "cuda" else f"processor, {torch.get_num_threads()} threads"
    torch.backends.cuda.matmul.allow_tf32 = False
    rates = {dtype: peak(device, dtype) for dtype in dtypes}
    print(f"PyTorch {torch.__version__} on {name}")
    print("; ".join(f"{str(d).removeprefix('torch.')} matrix product {r:,.0f} GFLOP/s" for d, r in rates.items()))
    print(f"{'preset':12} {'tokens':>7} {'rows':>4} {'part':12} {'type':8} {'torch ms':>9} {'of peak':>8} {'ours ms':>9} {'ours/torch':>10}")
    with open(options.file, encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            for dtype in dtypes:
                call = (attend if line["part"] == "attend" else select)(line, device, dtype)
                ms = timed(device, options.rounds, call)
                share = line["flops"] / ms / 1e6 / rates[dtype]
                print(
                    f"{line['preset']:12} {line['tokens']:7,} {line['rows']:4} {line['part']:12}"
                    f" {str(dtype).removeprefix('torch.'):8} {ms:9.2f} {share:8.1%}"
                    f" {line['kernel_ms']:9.2f} {line['kernel_ms'] / ms:10.2f}"
                )


if __name__ == "__main__":
    main()
