"""A session of each kind, with the real jar: LONGREAD_JAR; LONGREAD_REMOTE is the address of a Spark Connect server.

Classic and Connect cannot live in one Python process: LONGREAD_REMOTE decides which of them a test run has.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    builder: SparkSession.Builder = SparkSession.builder
    remote = os.environ.get("LONGREAD_REMOTE")
    if remote:
        builder = builder.remote(remote)
    else:
        # toPandas through Spark's own Arrow, as Connect always does, in the session that has ours.
        arrow = "spark.sql.execution.arrow.pyspark"
        builder = builder.config(f"{arrow}.enabled", "true").config(f"{arrow}.fallback.enabled", "false")
        builder = builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.jars", os.environ["LONGREAD_JAR"])
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def model() -> str:
    return str(ROOT / "deploy" / "demo" / "model")


@pytest.fixture()
def needles(spark: SparkSession) -> DataFrame:
    documents = spark.read.parquet(str(ROOT / "deploy" / "demo" / "needle-dev.parquet"))
    return documents.filter("length <= 1024 AND doc_id < 'needle-dev-003'")
