#!/usr/bin/env python3
"""Rows per second of processor time that pyarrow writes and reads on one thread, on the files that .ci/arrow-speed left."""

import statistics
import sys
import time

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.ipc as ipc

ROUNDS = 5
folder = sys.argv[1]
pa.set_cpu_count(1)
for name, compression in [("default", None), ("zstd", "zstd")]:
    table = ds.dataset(f"{folder}/{name}.arrow", format="ipc").to_table(use_threads=False)
    options = ipc.IpcWriteOptions(compression=compression, use_threads=False)
    seconds = {"write": [], "read": []}
    for _ in range(ROUNDS):
        started = time.process_time()
        with ipc.new_file(f"{folder}/pyarrow", table.schema, options=options) as file:
            file.write_table(table, max_chunksize=10_000)
        written = time.process_time()
        with pa.OSFile(f"{folder}/pyarrow") as source:
            rows = ipc.open_file(source, options=ipc.IpcReadOptions(use_threads=False)).read_all().num_rows
        seconds["write"].append(written - started)
        seconds["read"].append(time.process_time() - written)
        assert rows == table.num_rows
    for act, taken in seconds.items():
        print(f"{act:5} {name:7}  pyarrow {rows / statistics.median(taken):9.0f} rows/s (columns to columns, no row is made)")
