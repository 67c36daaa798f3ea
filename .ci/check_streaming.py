"""Scores with a checkpoint several times the heap: memory, bytes, speed against the plan, and the knee.

Arguments: the folder to work in, and sizes as 6g (checkpoint) and 1500m (heap); then numbers of documents a sweep. Needs
pyarrow. Builds nothing: deploy/longread does.

Weights come from the disk: the system's cache of them is dropped every second of a run. Where others use the machine, a
run's seconds count as far as the processors were its own or nobody's. Status 0: held; 1: missed; 4: not proven, because
memory did not permit the resident run, or speed was missed while others used the machine.
"""

import contextlib
import os
import re
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

TOKENS = int(os.environ.get("STREAMING_TOKENS", "512"))
VOCABULARY = 32768
RESIDENT_LIMIT = 2e9
LEAST_OF_PLAN = float(os.environ.get("STREAMING_LEAST", "0.7"))  # 0: speed is printed, not judged
SWEEPS = int(os.environ.get("STREAMING_SWEEPS", "3"))  # each a Spark task of its own, one after the other
OTHERS = 0.9  # of the machine: with less for itself, a run that is too slow proves nothing


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


def results(output, documents):
    """Every column of the rows of the first documents."""
    table = ds.dataset(output / "results", format="ipc").to_table().sort_by("doc_id").combine_chunks()
    return table.slice(0, documents)


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
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextlib.contextmanager
def forgetting(model):
    """Drops them every second: a run's checksum of the model, and each sweep, would fill the cache for the next."""
    done = threading.Event()

    def again():
        while not done.wait(1):
            forget(model)

    forget(model)
    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class Share:
    """Of the machine's processor time since this was made: what children of this process used, or nobody did."""

    def __init__(self):
        self.began = self.now()

    @staticmethod
    def now():
        user, nice, system, idle, waiting, *rest = Path("/proc/stat").read_text().split("\n")[0].split()[1:9]
        all_ticks = sum(map(int, (user, nice, system, idle, waiting, *rest)))
        free = (int(idle) + int(waiting)) / os.sysconf("SC_CLK_TCK")
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        return all_ticks / os.sysconf("SC_CLK_TCK"), free + own.ru_utime + own.ru_stime

    def of_the_machine(self):
        everything, ours = (now - then for now, then in zip(self.now(), self.began))
        return min(1.0, ours / max(everything, 1e-9))


def bytes_of(text):
    value, unit = re.search(r"([\d.]+) ([KMG]iB)", text).groups()
    return float(value) * {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]


def measure(folder, model, count, heap):
    """One run: what it did, printed; its rate, its output, and what it missed, in memory and in speed."""
    options = f"-Xmx{heap}"
    source, output = folder / f"{count}.parquet", folder / f"streamed-{count}-{int(time.time())}"
    documents(source, count * SWEEPS)
    forget(model)
    before = planned(model, heap, options)
    share = Share()
    with forgetting(model):
        out = score(model, source, output, "streamed", options)
    own = share.of_the_machine()
    forget(model)
    disk, flops, knee = ((a + b) / 2 for a, b in zip(before, planned(model, heap, options)))
    row = statistics(output)
    tokens, seconds = row["tokens_in"], row["wall_ns"] / 1e9
    work = sum(row[name] for name in row if name.endswith("_flops") and name != "dense_equivalent_flops")
    reading, computing = row["weight_read_bytes"] / disk, work / flops
    of_plan = max(reading, computing) / (seconds * own)
    rate = tokens / (seconds * own)
    peak = bytes_of(re.search(r"memory +.*planned per executor, (.*) at its peak", out)[1])
    print(
        f"{count} documents, {tokens} tokens: {tokens / seconds:.1f} tokens/s, {seconds:.1f} s with {own:.0%} of the"
        f" machine; reading alone {reading:.1f} s at {disk / 1e9:.2f} GB/s, computing alone {computing:.1f} s at"
        f" {flops / 1e9:.0f} GFLOP/s: {of_plan:.0%} of the plan; read {row['weight_read_bytes'] / 1e9:.2f} GB, waited"
        f" {row['weight_wait_ns'] / 1e9:.1f} s; knee {knee:.0f}; peak {peak / 1e9:.2f} GB",
        flush=True,
    )
    fat = [f"{count} documents: {peak / 1e9:.2f} GB resident"] if peak > RESIDENT_LIMIT else []
    slow = [f"{count} documents: {of_plan:.0%} of the plan"] if of_plan < LEAST_OF_PLAN else []
    return rate, own, tokens <= knee, output, fat, slow


def main():
    folder, size, heap = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    counts = sorted(int(count) for count in sys.argv[4:])
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"model-{size}"
    if not (model / "model.safetensors.index.json").exists():
        longread(["make-checkpoint", str(model), "--size", size], "")
        os.sync()
    stored = sum(file.stat().st_size for file in model.glob("*.safetensors"))
    print(f"checkpoint: {stored / 1e9:.2f} GB, heap {heap}, {os.cpu_count()} processors", flush=True)
    missed, unproven, outputs, best = [], [], {}, 0
    for count in counts:
        rate, own, below_knee, outputs[count], fat, slow = measure(folder, model, count, heap)
        if LEAST_OF_PLAN > 0 and rate < best and below_knee:
            slow.append(f"{count} documents: slower than fewer, before the knee")
        best = max(best, rate)
        missed += fat
        (missed if own >= OTHERS else unproven).extend(slow)
    available = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text())
    memory = 1024 * int(available[1])
    if memory > stored * 1.6:
        # Document n is the same whatever their number: those of the largest run are those of all.
        resident = folder / f"resident-{int(time.time())}"
        score(model, folder / f"{counts[-1]}.parquet", resident, "resident", f"-Xmx{int(stored * 1.3 / 2**20)}m")
        for count, output in outputs.items():
            expected = results(resident, count * SWEEPS)
            same = results(output, count * SWEEPS).equals(expected)
            print(f"{count} documents, resident: {'the same in every column' if same else 'OTHER RESULTS'}")
            if not same:
                missed.append(f"{count} documents: results differ from the resident run's")
    else:
        unproven.append(f"results: resident weights take {stored * 1.6 / 1e9:.1f} GB, {memory / 1e9:.1f} GB are free")
    for text in missed + unproven:
        print(f"{'MISSED' if text in missed else 'not proven'}: {text}")
    if not missed and not unproven:
        print("held")
    sys.exit(1 if missed else 4 if unproven else 0)


main()
