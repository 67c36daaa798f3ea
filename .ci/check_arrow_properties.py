#!/usr/bin/env python3
"""Random tables through format("arrow") and back, with pyarrow and DuckDB on the other side.

    check_arrow_properties.py JAR FOLDER [FIRST_SEED [SCHEMAS]]

Each seed is a random schema and several random tables of it, each a file that pyarrow writes: with
dictionaries, zones, empty batches, any compression. Spark reads the files in one query and writes
the rows again, with other batches and compressions, and pyarrow and DuckDB read that: all are equal.
What differs is printed with its seed.
"""

import datetime as dt
import math
import os
import random
import shutil
import sys
import time
from decimal import Context, Decimal

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.ipc as ipc
from pyspark.sql import SparkSession

FILES = 10
MAX_ROWS = 30
EPOCH = dt.datetime(1970, 1, 1)
ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "+05:30"]
MICROS = 7_000_000_000_000_000  # 1748 to 2191: what nanoseconds can count, too
EXACT = Context(prec=80)


class Table:
    """Random types and values."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    # No intervals of months and days: PySpark hands none to pyarrow.
    def leaf(self):
        r = self.random
        digits = r.randint(1, 38)
        unit = r.choice(["s", "ms", "us", "ns"])
        return r.choice([
            pa.null(), pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
            pa.uint64(), pa.float16(), pa.float32(), pa.float64(), pa.string(), pa.large_string(), pa.string_view(),
            pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(r.randint(0, 5)), pa.date32(), pa.date64(),
            pa.timestamp(unit), pa.timestamp(unit, r.choice(ZONES)), pa.duration(unit),
            pa.time32(unit) if unit in ("s", "ms") else pa.time64(unit),
            pa.decimal128(digits, r.randint(0, digits)), pa.decimal256(digits, r.randint(0, digits)),
            pa.decimal32(min(digits, 9), min(digits, 3)), pa.decimal64(min(digits, 18), 0), pa.decimal128(5, -2),
        ])

    def type(self, depth=3):
        r = self.random
        kind = r.randint(0, 9) if depth else 0
        if kind < 6:
            return self.leaf()
        if kind == 6:
            return pa.struct([(f"f{i}", self.type(depth - 1)) for i in range(r.randint(1, 3))])
        if kind == 7:
            key = r.choice([pa.string(), pa.int32(), pa.date32(), pa.decimal128(38, 3)])
            return pa.map_(key, self.type(depth - 1))
        inside = self.type(depth - 1)
        return r.choice([
            pa.list_(inside), pa.large_list(inside), pa.list_(inside, r.randint(1, 3)), pa.list_view(inside),
            pa.large_list_view(inside),
        ])

    def maybe(self, kind):
        return None if self.random.random() < 0.2 else self.value(kind)

    def integer(self, low, high):
        r = self.random
        return r.choice([low, high, r.randint(low, high), max(low, min(high, r.randint(-5, 5)))])

    def value(self, kind):
        r, is_ = self.random, pa.types
        if is_.is_null(kind):
            return None
        if is_.is_boolean(kind):
            return r.random() < 0.5
        if is_.is_integer(kind):
            signed = is_.is_signed_integer(kind)
            bits = kind.bit_width - signed
            return self.integer(-(2**bits) if signed else 0, 2**bits - 1)
        if is_.is_float16(kind) or is_.is_float32(kind):
            return r.choice([r.randint(-1000, 1000) / 8, math.nan, math.inf, -0.0])
        if is_.is_floating(kind):
            return r.choice([r.gauss(0, 1e200), math.nan, -math.inf, -0.0])
        if is_.is_fixed_size_binary(kind):
            return r.randbytes(kind.byte_width)
        if is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind):
            return "".join(r.choices("aé€😀 \0'\"", k=r.randint(0, 30)))
        if is_.is_binary(kind) or is_.is_large_binary(kind) or is_.is_binary_view(kind):
            return r.randbytes(r.randint(0, 30))
        if is_.is_date(kind):
            return (EPOCH + dt.timedelta(r.randint(-80_000, 80_000))).date()
        if is_.is_timestamp(kind):
            return self.time(kind, lambda micros: EPOCH + dt.timedelta(microseconds=micros))
        if is_.is_duration(kind):
            return self.time(kind, lambda micros: dt.timedelta(microseconds=micros))
        if is_.is_time(kind):
            micros = r.randrange(86_400_000_000) // self.step(kind) * self.step(kind)
            return (EPOCH + dt.timedelta(microseconds=micros)).time()
        if is_.is_decimal(kind):
            most = 10**kind.precision - 1
            return Decimal(self.integer(-most, most)).scaleb(-kind.scale, EXACT)
        if is_.is_struct(kind):
            return {field.name: self.maybe(field.type) for field in kind}
        if is_.is_map(kind):
            keys = {self.value(kind.key_type) for _ in range(r.randint(0, 3))}
            return [(key, self.maybe(kind.item_type)) for key in sorted(keys)]
        if is_.is_fixed_size_list(kind):
            return [self.maybe(kind.value_type) for _ in range(kind.list_size)]
        return [self.maybe(kind.value_type) for _ in range(r.randint(0, 3))]

    @staticmethod
    def step(kind):
        return {"s": 1_000_000, "ms": 1_000}.get(kind.unit, 1)

    def time(self, kind, of):
        return of(self.random.randint(-MICROS, MICROS) // self.step(kind) * self.step(kind))

    def column(self, kind, rows):
        """Values, as a dictionary's now and then."""
        if self.random.random() < 0.3 and not pa.types.is_null(kind):
            words = pa.array([self.maybe(kind) for _ in range(5)], kind)
            codes = [None if self.random.random() < 0.2 else self.random.randrange(5) for _ in range(rows)]
            index = self.random.choice([pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.uint32(), pa.int64()])
            return pa.DictionaryArray.from_arrays(pa.array(codes, index), words)
        return pa.array([self.maybe(kind) for _ in range(rows)], kind)

    def write(self, path, kinds, number):
        """One file; its rows as Python has them."""
        r = self.random
        rows = r.choice([0, r.randint(1, MAX_ROWS), r.randint(1, MAX_ROWS)])
        columns = {"key": pa.array([number * MAX_ROWS + i for i in range(rows)], pa.int32())}
        columns.update({f"c{i}": self.column(kind, rows) for i, kind in enumerate(kinds)})
        table = pa.table(columns)
        options = ipc.IpcWriteOptions(compression=r.choice([None, "zstd", "lz4"]))
        with ipc.new_file(path, table.schema, options=options) as file:
            for start in range(0, rows, 11):
                if r.random() < 0.3:
                    empty = [column.chunk(0)[:0] for column in table.columns]
                    file.write_batch(pa.RecordBatch.from_arrays(empty, schema=table.schema))
                for batch in table.slice(start, 11).to_batches():
                    file.write_batch(batch)
        return table.to_pylist()


def plain(value):
    """A value of any reader in a form in which equal ones are equal."""
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else (value, math.copysign(1, value))
    if isinstance(value, dict):
        return {name: plain(inside) for name, inside in value.items()}
    if isinstance(value, pa.MonthDayNano):
        if value.months == value.days == 0:  # DuckDB's only type for a duration
            return dt.timedelta(microseconds=value.nanoseconds // 1000)
        return (value.months, value.days, value.nanoseconds)
    if isinstance(value, (list, tuple)):
        return [plain(inside) for inside in value]
    if isinstance(value, dt.datetime):
        aware = value.astimezone(dt.timezone.utc).replace(tzinfo=None) if value.tzinfo else value
        return aware.to_pydatetime() if hasattr(aware, "to_pydatetime") else aware
    if isinstance(value, dt.timedelta):
        return dt.timedelta(value.days, value.seconds, value.microseconds)
    return value


def require_equal(seed, what, found, expected):
    found = sorted(found, key=lambda row: row["key"])
    assert len(found) == len(expected), f"seed {seed}: {what}: {len(found)} rows of {len(expected)}"
    for got, wanted in zip(found, expected):
        for name in wanted:
            if plain(got[name]) != plain(wanted[name]):
                raise AssertionError(
                    f"seed {seed}: {what}: row {wanted['key']}, column {name}: {got[name]!r} is not {wanted[name]!r}"
                )


def check(spark, folder, seed):
    table = Table(seed)
    kinds = [table.type() for _ in range(table.random.randint(1, 5))]
    os.makedirs(f"{folder}/in")
    rows = [row for n in range(FILES) for row in table.write(f"{folder}/in/{n}.arrow", kinds, n)]
    frame = spark.read.format("arrow").load(f"{folder}/in")
    # Not toArrow: pyarrow's cast, which it ends with, breaks a void field in a struct in a list.
    read = [row for batch in frame._collect_as_arrow() for row in batch.to_pylist()]
    require_equal(seed, f"Spark read {kinds}", read, rows)

    writer = frame.repartition(2, "key").write.format("arrow")
    writer = writer.option("maxRecordsPerBatch", table.random.randint(1, 50))
    writer.option("compression", table.random.choice(["none", "zstd"])).save(f"{folder}/out")
    written = ds.dataset(f"{folder}/out", format="ipc").to_table()
    written.validate(full=True)
    require_equal(seed, f"pyarrow read {written.schema}", written.to_pylist(), rows)
    read = duckdb.sql("SELECT * FROM written").to_arrow_table()
    require_equal(seed, f"DuckDB read {written.schema}", read.to_pylist(), rows)
    return FILES + 1


def main(jar, folder, first="1", schemas="60"):
    os.environ["TZ"] = "UTC"
    time.tzset()
    shutil.rmtree(folder, ignore_errors=True)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.extraClassPath", jar)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timeType.enabled", "true")
        .config("spark.sql.codegen.wholeStage", "false")  # a class for each schema takes its time
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    duckdb.sql("SET TimeZone = 'UTC'")
    started, tables = time.monotonic(), 0
    for seed in range(int(first), int(first) + int(schemas)):
        tables += check(spark, f"{folder}/{seed}", seed)
    seconds = time.monotonic() - started
    print(f"{tables} random tables of {schemas} schemas from seed {first} on are equal everywhere ({seconds:.0f} s)")
    spark.stop()


main(*sys.argv[1:])
