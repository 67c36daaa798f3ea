"""format("arrow") against foreign readers and writers, through a real Spark distribution.

    check_arrow_source.py JAR FOLDER    the job's jar; a folder for files, which is replaced

pyarrow writes every type, plain, with dictionaries and runs, with each compression, and Spark reads it; Spark writes,
and pyarrow and DuckDB read that.
"""

import datetime as dt
import os
import shutil
import sys
import time
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.ipc as ipc
from pyspark.sql import SparkSession

ROWS = 1000
START = dt.datetime(2020, 1, 1)


def column(kind, value):
    """Every fifth value is null."""
    return pa.array([value(i) if i % 5 else None for i in range(ROWS)], kind)


def foreign_columns():
    columns = {}
    for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float32", "float64"]:
        columns[name] = column(getattr(pa, name)(), lambda i: i % 100)
    columns["uint64"] = column(pa.uint64(), lambda i: 2**64 - i)
    columns["float16"] = column(pa.float32(), lambda i: i / 4).cast(pa.float16())
    columns["bool"] = column(pa.bool_(), lambda i: i % 3 == 0)
    for name in ["string", "large_string", "string_view"]:
        columns[name] = column(getattr(pa, name)(), lambda i: "é" * (i % 40) + str(i))
    for name in ["binary", "large_binary", "binary_view"]:
        columns[name] = column(getattr(pa, name)(), lambda i: b"\0z" * (i % 20))
    columns["fixed_binary"] = column(pa.binary(3), lambda i: b"%03d" % i)
    for name in ["date32", "date64"]:
        columns[name] = column(getattr(pa, name)(), lambda i: START.date() + dt.timedelta(i))
    for unit in ["s", "ms", "us", "ns"]:
        columns["timestamp_" + unit] = column(pa.timestamp(unit), lambda i: START - dt.timedelta(hours=i))
        columns["zoned_" + unit] = column(pa.timestamp(unit, "America/New_York"), lambda i: START - dt.timedelta(hours=i))
        columns["duration_" + unit] = column(pa.duration(unit), lambda i: dt.timedelta(hours=i - 500))
        clock = pa.time32(unit) if unit in ("s", "ms") else pa.time64(unit)
        columns["time_" + unit] = column(clock, lambda i: dt.time(i % 24, i % 60, 7))
    columns["months_days_nanos"] = column(pa.month_day_nano_interval(), lambda i: pa.MonthDayNano([i % 12, -i, i * 1000]))
    columns["decimal32"] = column(pa.decimal32(9, 2), lambda i: Decimal(i - 500) / 100)
    columns["decimal64"] = column(pa.decimal64(18, 2), lambda i: Decimal(i - 500) / 100)
    columns["decimal128"] = column(pa.decimal128(38, 5), lambda i: Decimal(10) ** 30 + i)
    columns["decimal256"] = column(pa.decimal256(38, 3), lambda i: -(Decimal(10) ** 30) + i)
    columns["decimal_of_hundreds"] = column(pa.decimal128(5, -2), lambda i: Decimal(i * 100))
    columns["list"] = column(pa.list_(pa.int32()), lambda i: [i, None, i + 1][: i % 4])
    columns["large_list"] = column(pa.large_list(pa.string()), lambda i: ["a" * i][: i % 2])
    columns["fixed_list"] = column(pa.list_(pa.float32(), 3), lambda i: [i, None, 2])
    columns["list_view"] = column(pa.list_view(pa.int32()), lambda i: [i, None, i + 1][: i % 4])
    columns["large_list_view"] = column(pa.large_list_view(pa.int64()), lambda i: [i])
    inner = pa.struct([("c", pa.string()), ("t", pa.timestamp("ns"))])
    columns["struct"] = column(
        pa.struct([("a", pa.uint32()), ("b", pa.list_(inner))]),
        lambda i: {"a": i if i % 3 else None, "b": [{"c": str(i), "t": START}, None][: i % 3]},
    )
    columns["map"] = column(pa.map_(pa.string(), pa.int32()), lambda i: [(str(k), k if k % 2 else None) for k in range(i % 4)])
    columns["null"] = column(pa.null(), lambda i: None)
    for name in ["string", "large_string", "string_view", "int32", "timestamp_ns", "decimal128", "list", "fixed_list", "struct"]:
        indices = pa.array([None if i % 7 == 0 else i % 50 for i in range(ROWS)], pa.int8())
        columns["dictionary_" + name] = pa.DictionaryArray.from_arrays(indices, columns[name].slice(0, 50))
    columns["runs"] = pc.run_end_encode(pa.array([None if i < 100 else str(i // 50) for i in range(ROWS)]))
    uuids = pa.array([b"%016d" % i for i in range(ROWS)], pa.binary(16))
    columns["extension"] = pa.ExtensionArray.from_storage(pa.uuid(), uuids)
    return columns


def plain(value):
    """A value of either side in a form in which both are equal."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if hasattr(value, "asDict"):
        return {k: plain(v) for k, v in value.asDict().items()}
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dt.datetime) and value.tzinfo:
        return value.astimezone(dt.timezone.utc).replace(tzinfo=None)
    return value


# As text: PySpark has no Python value for these, or not the one pyarrow has.
AS_TEXT = {
    "duration": lambda v: int(v.total_seconds()),
    "time": lambda v: v.strftime("%H:%M:%S"),
    "months": lambda v: [v.months, v.days, v.nanoseconds // 1000],
}
EXPRESSIONS = {
    "duration": "cast(extract(day from {0}) * 86400 + extract(hour from {0}) * 3600 as int)",
    "time": "cast({0} as string)",
    "months": "array(extract(month from {0}), extract(day from {0}), cast(extract(second from {0}) * 1000000 as int))",
}


def expected(name, values):
    if name == "extension":
        return [b"%016d" % i for i in range(ROWS)]
    kind = name.split("_")[0]
    if kind in AS_TEXT:
        return [None if v is None else plain(AS_TEXT[kind](v)) for v in values.to_pylist()]
    if name == "map":
        return [None if v is None else dict(v) for v in values.to_pylist()]
    return [plain(v) for v in values.to_pylist()]


def actual(frame, name):
    kind = name.split("_")[0]
    expression = EXPRESSIONS[kind].format(name) if kind in EXPRESSIONS else name
    if kind == "months":
        expression = f"if({name} is null, null, {expression})"
    return [plain(row[0]) for row in frame.selectExpr(expression).collect()]


def check_reading(spark, folder):
    columns = foreign_columns()
    table = pa.table(columns)
    for compression in [None, "zstd", "lz4"]:
        path = f"{folder}/{compression}.arrow"
        options = ipc.IpcWriteOptions(compression=compression, unify_dictionaries=True)
        with ipc.new_file(path, table.schema, options=options) as file:
            file.write_table(table, max_chunksize=300)
        frame = spark.read.format("arrow").load(path)
        assert frame.count() == ROWS
        for name, values in columns.items():
            got, wanted = actual(frame, name), expected(name, values)
            wrong = [(i, g, w) for i, (g, w) in enumerate(zip(got, wanted)) if g != w]
            assert len(got) == ROWS and not wrong, (compression, name, wrong[:3])
    print(f"Spark read {len(columns)} columns of pyarrow, with each of three compressions")


def check_large_lz4(spark, folder):
    """Buffers beyond LZ4's block of 64 KiB: linked blocks."""
    table = pa.table({"i": pa.array(range(200_000)), "s": pa.array([str(i % 977) * 5 for i in range(200_000)])})
    path = folder + "/large.arrow"
    with ipc.new_file(path, table.schema, options=ipc.IpcWriteOptions(compression="lz4")) as file:
        file.write_table(table)
    got = spark.read.format("arrow").load(path).selectExpr("sum(i)", "sum(length(s))").first()
    assert list(got) == [pc.sum(table["i"]).as_py(), pc.sum(pc.utf8_length(table["s"])).as_py()], got


def check_deltas(spark, folder):
    """A dictionary that grows from batch to batch."""
    path = folder + "/deltas.arrow"
    kind = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema([("d", kind)])
    words = ["a", "b", "c", "d", "e"]
    with ipc.new_file(path, schema, options=ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as file:
        for known in [2, 4, 5]:
            array = pa.DictionaryArray.from_arrays(pa.array([0, known - 1], pa.int32()), pa.array(words[:known]))
            file.write_batch(pa.record_batch([array], schema=schema))
    got = [row[0] for row in spark.read.format("arrow").load(path).collect()]
    assert got == ["a", "b", "a", "d", "a", "e"], got


def check_writing(spark, folder):
    frame = spark.range(0, ROWS, 1, 3).selectExpr(
        "id", "cast(id % 7 as tinyint) as tiny", "id / 8 as double",
        "if(id % 5 = 0, null, concat('é', id)) as text", "cast(text as binary) as bytes",
        "cast(id as decimal(30,3)) as decimal", "date'2020-01-01' + cast(id as int) as day",
        "timestamp_seconds(id) as instant", "cast(timestamp_seconds(id) as timestamp_ntz) as local",
        "array(id, null) as list", "map(concat('k', id), id) as map",
        "named_struct('a', id, 'b', array(named_struct('c', text))) as struct", "id % 3 as part",
    )
    for compression in ["none", "zstd"]:
        path = f"{folder}/spark-{compression}"
        writer = frame.write.format("arrow").option("compression", compression).option("maxRecordsPerBatch", 100)
        writer.partitionBy("part").save(path)
        written = ds.dataset(path, format="ipc", partitioning="hive").to_table().sort_by("id")
        written.validate(full=True)
        assert written.num_rows == ROWS
        wanted = [plain(row) for row in frame.orderBy("id").collect()]
        got = []
        for row in written.to_pylist():
            row["map"] = dict(row["map"])
            got.append(plain(row))
        assert got == wanted, next((g, w) for g, w in zip(got, wanted) if g != w)
        total = duckdb.sql("SELECT count(*), sum(id), sum(list[1]), sum(struct.a), count(text) FROM written").fetchall()
        assert total == [(ROWS, 499500, 499500, 499500, 800)], total
    print("pyarrow and DuckDB read what Spark wrote, with and without compression")


def main(jar, folder):
    os.environ["TZ"] = "UTC"
    time.tzset()
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.extraClassPath", jar)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timeType.enabled", "true")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    check_reading(spark, folder)
    check_large_lz4(spark, folder)
    check_deltas(spark, folder)
    check_writing(spark, folder)
    spark.stop()


main(*sys.argv[1:])
