"""Holds tables of answers to those of a run: every column, every bit of every number.

    check_same_rows.py [--without COLUMN,...] [--documents FILE] RUN OTHER...    folders of Arrow or Parquet files, at any
                                           depth; the others read only the documents in a Parquet file, where it is given
"""

import argparse
import glob
import sys

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq


def table(folder):
    # Finished files only: a commit leaves none in hidden folders.
    files = sorted(f for kind in ["arrow", "parquet"] for f in glob.glob(f"{folder}/**/*.{kind}", recursive=True) if "/stats/" not in f)
    if not files:
        sys.exit(f"{folder}: no Arrow or Parquet files")
    return pa.concat_tables(ipc.open_file(f).read_all() if f.endswith(".arrow") else pq.read_table(f, partitioning=None) for f in files)


def exact(value):
    """Floats by their bits, which == and repr do not always tell apart."""
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    return value


def rows(folder, without):
    listed = [{k: exact(v) for k, v in row.items() if k not in without} for row in table(folder).to_pylist()]
    return {(str(row["doc_id"]), row["question_index"]): row for row in listed}, len(listed)


def check(other, expected, count, without):
    found, listed = rows(other, without)
    if listed != count or found.keys() != expected.keys():
        sys.exit(f"{other}: {listed} rows where the run has {count}; unlike: {sorted(found.keys() ^ expected.keys())[:5]}")
    for key, row in expected.items():
        unlike = [f"{name}: {found[key].get(name)} where the run has {value}" for name, value in row.items() if found[key].get(name) != value]
        if unlike or row.keys() != found[key].keys():
            sys.exit(f"{other}: row {key}: {unlike or sorted(row.keys() ^ found[key].keys())}")
    print(f"{other}: {listed} rows, the bytes of the run")


parser = argparse.ArgumentParser()
parser.add_argument("--without", default="")
parser.add_argument("--documents")
parser.add_argument("run")
parser.add_argument("others", nargs="+")
arguments = parser.parse_args()
left_out = set(arguments.without.split(","))
reference, number = rows(arguments.run + "/results", left_out)
assert number == len(reference) > 0
if arguments.documents:
    wanted = set(pq.read_table(arguments.documents, columns=["doc_id"])["doc_id"].to_pylist())
    reference = {key: row for key, row in reference.items() if key[0] in wanted}
    number = len(reference)
    assert number >= len(wanted) > 0
for folder in arguments.others:
    check(folder, reference, number, left_out)
