"""Reads a run's tables with pyarrow and DuckDB, as a user would, and checks what the contract says of them.

    check_tables.py OUTPUT...    each a folder with results/, stats/ and manifest.json
"""

import glob
import json
import sys

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc

SPAN = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("weight", pa.float32())])
RESULTS = {
    "question_index": pa.int32(),
    "status": pa.string(),
    "error_code": pa.string(),
    "error_message": pa.string(),
    "prompt_tokens": pa.int64(),
    "output_tokens": pa.int32(),
    "truncated": pa.bool_(),
    "text": pa.string(),
    "finish_reason": pa.string(),
    "output_log_prob": pa.float64(),
    "bits_per_byte": pa.float64(),
    "log_prob_sum": pa.float64(),
    "embedding": pa.list_(pa.float32()),
    "evidence": pa.list_(SPAN),
    "captured_mass": pa.float32(),
    "selection_recall": pa.float32(),
    "cost_usd": pa.float64(),
}
STATISTICS = [
    "run_id", "partition_id", "attempt", "executor_id", "host", "backend", "device", "wall_ns",
    "dense_equivalent_flops", "h2d_bytes", "d2h_bytes", "peak_cache_bytes", "tokens_per_second", "cost_usd",
]
STAGES = ["projections", "indexer", "selection", "attention", "experts", "head"]


def same(actual, expected):
    """Types equal; the names Arrow gives the items of a list do not matter."""
    if pa.types.is_list(expected):
        return pa.types.is_list(actual) and same(actual.value_type, expected.value_type)
    if pa.types.is_struct(expected):
        return pa.types.is_struct(actual) and all(
            actual[i].name == expected[i].name and same(actual[i].type, expected[i].type)
            for i in range(expected.num_fields)
        )
    return actual == expected


def read(folder):
    files = sorted(glob.glob(folder + "/*.arrow"))
    assert files, f"no Arrow files in {folder}"
    return pa.concat_tables([ipc.open_file(file).read_all() for file in files])


def check_results(table):
    assert table.schema.field(0).name == "doc_id", table.schema
    assert table.schema.names[1:] == list(RESULTS), table.schema.names
    for name, expected in RESULTS.items():
        assert same(table.schema.field(name).type, expected), (name, table.schema.field(name).type)
    assert b"longread.schema_version" in (table.schema.metadata or {}), table.schema.metadata
    assert set(table["status"].to_pylist()) <= {"ok", "error"}
    for row in table.to_pylist():
        failed = row["status"] == "error"
        assert (row["error_code"] is not None) == failed, row
        for span in row["evidence"] or []:
            assert 0 <= span["start"] < span["end"] and span["weight"] > 0, row


def check_statistics(table):
    missing = [name for name in STATISTICS if name not in table.schema.names]
    missing += [s + unit for s in STAGES for unit in ("_ns", "_flops") if s + unit not in table.schema.names]
    assert not missing, (missing, table.schema.names)
    assert pc.min(table["wall_ns"]).as_py() > 0


def check(output):
    results, statistics = read(output + "/results"), read(output + "/stats")
    check_results(results)
    check_statistics(statistics)
    with open(output + "/manifest.json") as file:
        manifest = json.load(file)
    assert manifest["schema_version"] and manifest["run_id"] and manifest["fingerprint"], manifest
    rows, ok = duckdb.sql("SELECT count(*), count(*) FILTER (status = 'ok') FROM results").fetchall()[0]
    tokens = duckdb.sql("SELECT sum(prompt_tokens) FROM results WHERE status = 'ok'").fetchall()[0][0]
    print(f"{output}: {rows} rows, {ok} ok, {tokens} prompt tokens, {statistics.num_rows} statistics rows")


for folder in sys.argv[1:]:
    check(folder)
