"""A session whose Spark has no jar of ours, in a process of its own: there is one session per process."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from pyspark.sql import SparkSession
import longread
session = getattr(SparkSession.builder, sys.argv[1])("local[1]").getOrCreate()
documents = session.sql("SELECT 1 AS doc_id, 'Ruth' AS text")
for call in longread.embed, longread.tokens:
    try:
        call(documents, model="model")
    except longread.LongreadError as error:
        print(error)
session.stop()
"""


@pytest.mark.parametrize("kind", ["master", "remote"])
def test_missing_jar_is_named(kind: str) -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM, kind], capture_output=True, text=True, check=True)
    lines = [line for line in run.stdout.splitlines() if line.startswith("Cannot find the job's jar")]
    assert len(lines) == 2 and "--jars" in lines[0]
