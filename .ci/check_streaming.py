"""Scores with a checkpoint several times the heap: memory, bytes, speed against the plan, and the knee.

Arguments: the folder to work in, and sizes as 6g (checkpoint) and 1500m (heap); then numbers of documents a sweep. Needs
pyarrow. Builds nothing: deploy/longread does. The resident run is made where memory permits.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

TOKENS = int(os.environ.get("STREAMING_TOKENS", "512"))
VOCABULARY = 32768
RESIDENT_LIMIT = 2 * 1024**3
LEAST_OF_PLAN = float(os.environ.get("STREAMING_LEAST", "0.7"))  # 0: speed is printed, not judged
SWEEPS = 3  # each a Spark task of its own, one after the other


def documents(path, count):
    state, rows = 1, []
    for n in range(count):
        ids = []
        for _ in range(TOKENS):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            ids.append((state >> 33) % VOCABULARY)
        rows.append(ids)
    table = pa.table({"doc_id": pa.array(range(count), pa.int64()), "ids": pa.array(rows, pa.list_(pa.int32()))})
    pq.write_table(table, path)


def longread(arguments, options):
    """Output of a command, and the seconds it took."""
    start = time.monotonic()
    done = subprocess.run(
        ["deploy/longread", *arguments],
        env={**os.environ, "LONGREAD_JAVA_OPTS": options},
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout, time.monotonic() - start


def score(model, source, output, weights, options):
    out, _ = longread(
        ["run", "--model", str(model), "--input", str(source), "--output", str(output), "--task", "score",
         "--tokens-column", "ids", "--weights", weights, "--partitions", str(SWEEPS), "--resume", "never",
         "--conf", f"spark.task.cpus={os.cpu_count()}"],
        options,
    )
    return out


def results(output):
    table = ds.dataset(output / "results", format="ipc").to_table().sort_by("doc_id")
    return table.select(["doc_id", "status", "log_prob_sum", "prompt_tokens"])


def statistics(output):
    """Of the fastest sweep: the first finds its code not compiled yet, and others may run beside any."""
    rows = ds.dataset(output / "stats", format="ipc").to_table().to_pylist()
    return min(rows, key=lambda row: row["wall_ns"] / max(1, row["tokens_in"]))


def number(text):
    value, unit = re.fullmatch(r"([\d.,]+) ?([kMGT]?)", text.strip()).groups()
    return float(value.replace(",", "")) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}[unit]


def planned(model, heap, options):
    """What the plan of inspect stands on now: bytes and FLOPs per second, and the knee."""
    out, _ = longread(["inspect", str(model), "--memory", heap, "--weights", "streamed"], options)
    section = out.split("Streaming\n")[1]
    disk = number(re.search(r"disk +([\d.]+ ?[kMGT]?)B/s", section)[1])
    flops = number(re.search(r"multiply-adds, all threads +([\d.]+ ?[kMGT]?)FLOP/s", section)[1])
    knee = int(re.search(r"knee: ([\d,]+)", section)[1].replace(",", ""))
    return disk, flops, knee


def forget(model):
    """Drops the files from the system's cache: a disk is what is measured."""
    for file in model.glob("*.safetensors"):
        with open(file, "rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def bytes_of(text):
    value, unit = re.search(r"([\d.]+) ([KMG]iB)", text).groups()
    return float(value) * {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]


def main():
    folder, size, heap = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    counts = [int(count) for count in sys.argv[4:]]
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"model-{size}"
    if not (model / "model.safetensors.index.json").exists():
        longread(["make-checkpoint", str(model), "--size", size], "")
    stored = sum(file.stat().st_size for file in model.glob("*.safetensors"))
    print(f"checkpoint: {stored / 1e9:.2f} GB")
    options = f"-Xmx{heap}"
    failures, before = [], 0
    for count in counts:
        source, output = folder / f"{count}.parquet", folder / f"streamed-{count}-{int(time.time())}"
        documents(source, count * SWEEPS)
        forget(model)
        disk, flops, knee = planned(model, heap, options)
        forget(model)
        out = score(model, source, output, "streamed", options)
        forget(model)
        disk2, flops2, knee2 = planned(model, heap, options)
        row = statistics(output)
        tokens, seconds = row["tokens_in"], row["wall_ns"] / 1e9
        work = sum(row[name] for name in row if name.endswith("_flops") and name != "dense_equivalent_flops")
        reading = row["weight_read_bytes"] / ((disk + disk2) / 2)
        computing = work / ((flops + flops2) / 2)
        share = max(reading, computing) / seconds
        rate = tokens / seconds
        peak = bytes_of(re.search(r"memory +.*planned per executor, (.*) at its peak", out)[1])
        print(
            f"{count} documents, {tokens} tokens: {rate:.1f} tokens/s, {seconds:.1f} s; reading alone {reading:.1f} s"
            f" at {(disk + disk2) / 2e9:.2f} GB/s, computing alone {computing:.1f} s at {(flops + flops2) / 2e9:.0f}"
            f" GFLOP/s: {share:.0%} of the plan; read {row['weight_read_bytes'] / 1e9:.2f} GB, waited"
            f" {row['weight_wait_ns'] / 1e9:.1f} s; knee {knee} to {knee2}; peak {peak / 2**30:.2f} GiB"
        )
        if peak > RESIDENT_LIMIT:
            failures.append(f"{count} documents: {peak / 2**30:.2f} GiB resident")
        if share < LEAST_OF_PLAN:
            failures.append(f"{count} documents: {share:.0%} of the plan")
        if LEAST_OF_PLAN > 0 and rate < before and tokens <= min(knee, knee2):
            failures.append(f"{count} documents: slower than fewer, before the knee")
        before = rate
    available = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text())
    memory = 1024 * int(available[1])
    if memory > stored * 1.6:
        resident = folder / f"resident-{int(time.time())}"
        score(model, folder / f"{counts[0]}.parquet", resident, "resident", f"-Xmx{int(stored * 1.3 / 2**20)}m")
        first = sorted(folder.glob(f"streamed-{counts[0]}-*"))[-1]
        same = results(resident).equals(results(first))
        print(f"resident run: {'the same bytes' if same else 'OTHER RESULTS'}")
        if not same:
            failures.append("results differ from the resident run's")
    else:
        print(f"resident run NOT made: {memory / 1e9:.1f} GB of memory are free")
    print("\n".join(failures) or "held")
    sys.exit(1 if failures else 0)


main()
