"""What OpenLineage's own listener tells of reads and writes of format("arrow"), and of a run of the job.

    check_lineage.py JAR LISTENER FOLDER    the job's jar; openlineage-spark's; a folder to work in
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from pyspark.sql import SparkSession

jar, listener, folder = (Path(argument).resolve() for argument in sys.argv[1:])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
events = folder / "events.jsonl"
settings = {
    "spark.jars": f"{jar},{listener}",
    "spark.driver.extraClassPath": f"{jar}:{listener}",
    "spark.extraListeners": "io.openlineage.spark.agent.OpenLineageSparkListener",
    "spark.openlineage.transport.type": "file",
    "spark.openlineage.transport.location": str(events),
    "spark.openlineage.namespace": "ci",
    "spark.ui.enabled": "false",
}


def told() -> tuple[set, set]:
    """Names of all inputs and outputs so far."""
    read, written = set(), set()
    for event in map(json.loads, events.read_text().splitlines()):
        read |= {(d["namespace"], d["name"]) for d in event.get("inputs", [])}
        written |= {(d["namespace"], d["name"]) for d in event.get("outputs", [])}
    return read, written


builder = SparkSession.builder.master("local[2]")
for key, value in settings.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()
spark.range(10).write.format("arrow").save(f"{folder}/a")
spark.read.format("arrow").load(f"{folder}/a").filter("id > 3").write.format("arrow").mode("overwrite").save(f"{folder}/b")
spark.read.format("arrow").load(f"{folder}/b").write.parquet(f"{folder}/c")
read, written = told()
expected = {("file", f"{folder}/{name}") for name in "abc"}
assert written == expected, written
assert read == expected - {("file", f"{folder}/c")}, read

# A run of the job: the listener sees its documents, and not the files that its tasks write; the manifest names both.
needles = Path("deploy/demo/needle-dev.parquet").resolve()
words = f"run --input {needles} --output {folder}/answers --model deploy/demo/model --task embed --max-document-tokens 300"
jvm = spark.sparkContext._gateway
arguments = jvm.new_array(jvm.jvm.String, len(words.split()) + 2)
for index, word in enumerate([*words.split(), "--max-failed-fraction", "1"]):
    arguments[index] = word
assert jvm.jvm.org.longread.job.cli.Main.run(arguments) == 0
spark.stop()
read, written = told()
lineage = json.loads((folder / "answers/manifest.json").read_text())["lineage"]
names = {kind: {(d["namespace"], d["name"]) for d in lineage[kind]} for kind in ("inputs", "outputs")}
assert names["inputs"] == {("file", str(needles))}, lineage
assert names["outputs"] == {("file", f"{folder}/answers/{name}") for name in ("results", "stats")}, lineage
assert ("file", str(needles)) in read, read
print(f"Lineage: tables of format arrow read and written, and a run's documents, by {len(read | written)} names")
