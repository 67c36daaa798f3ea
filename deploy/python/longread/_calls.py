"""Calls handed to the job's jar: through the JVM of a classic session, or through SQL where there is Spark Connect."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

from pyspark.sql import DataFrame

Option = Union[str, int, float, Sequence[str]]

_CATALOG = "org.longread.job.sql.LongreadCatalog"
_NO_JAR = (
    "Cannot find the job's jar on Spark's class path: start Spark, or the Spark Connect server,"
    " with --jars longread-spark-runtime-4.2_2.13-<version>.jar"
)
_OURS = re.compile(
    r"org\.longread\.[\w.]+(?:Exception|Error)\)?:? *(.*?)\s*(?:\n\s+at |\n\s*JVM stacktrace|\nCaused by: |\Z)", re.DOTALL
)
# Why a task failed, in what Spark says of its job.
_TASK = re.compile(r"Lost task [\d.]+ in stage [\d.]+ \(TID \d+\) \([^)\n]*\): (?:[\w.$]+(?:Exception|Error): )?([^\n]+)")
# Where the rows functions of the catalog have their third argument, by task.
_THIRD = {"generate": "questions-column", "score": "continuation-column"}


class LongreadError(Exception):
    """An option, a column, the model or the set-up is not as it must be; says what, and the way out."""


def generate(df: DataFrame, *, model: str | None = None, question: str | None = None, **options: Option) -> DataFrame:
    """An answer per document, or per question where ``questions_column`` names an array of them.

    ``question`` is the text after every document (``prompt_suffix``).
    """
    if question is not None:
        options["prompt_suffix"] = question
    return _answer("generate", df, model, options)


def score(df: DataFrame, *, model: str | None = None, **options: Option) -> DataFrame:
    """Log-probability and bits per byte of each document, or of its ``continuation_column``."""
    return _answer("score", df, model, options)


def embed(df: DataFrame, *, model: str | None = None, **options: Option) -> DataFrame:
    """A vector per document."""
    return _answer("embed", df, model, options)


def tokens(df: DataFrame, *, model: str | None = None, **options: Option) -> DataFrame:
    """Columns doc_id and tokens: the token ids of each text, without special tokens."""
    given = _texts(model, options)
    id_column, text = given.pop("id-column", "doc_id"), given.pop("text-column", "text")
    catalog = _catalog(df, given)
    return _checked(
        lambda: df.selectExpr(f"{_name(id_column)} AS doc_id", f"{catalog}.tokens({_name(text)}) AS tokens")
    )


def explain(error: BaseException) -> str:
    """What went wrong in an action, such as ``collect``: Longread's own message, or else why a task failed, or Spark's first line.

    >>> try:
    ...     answers.show()
    ... except Exception as error:
    ...     print(longread.explain(error))
    """
    says = f"{getattr(error, 'java_exception', '')}\n{error}".strip()
    why = _OURS.search(says) or _TASK.search(says)
    return (why[1] if why else says.split("\n", 1)[0]).strip()


def _answer(task: str, df: DataFrame, model: str | None, options: Mapping[str, Option]) -> DataFrame:
    given = _texts(model, options)
    if _is_connect(df):
        return _through_sql(task, df, given)
    return _checked(lambda: _through_jvm(task, df, given))


def _through_jvm(task: str, df: DataFrame, given: Mapping[str, str]) -> DataFrame:
    spark: Any = df.sparkSession
    face = spark._jvm.org.longread.job.sql.Longread
    if type(face).__name__ == "JavaPackage":  # what py4j makes of a name that is no class
        raise LongreadError(_NO_JAR)
    call = face.on(spark._jsparkSession).options(given)
    return DataFrame(getattr(call, task)(df._jdf), spark)


def _through_sql(task: str, df: DataFrame, given: dict[str, str]) -> DataFrame:
    columns = [given.pop("id-column", "doc_id"), given.pop("text-column", "text")]
    third = given.pop(_THIRD.get(task, ""), "")
    columns += [third] if third else []
    catalog = _catalog(df, given)
    arguments = ", ".join(_name(column) for column in columns)
    return _checked(lambda: df.selectExpr(f"inline({catalog}.{task}_rows({arguments}))"))


def _catalog(df: DataFrame, given: Mapping[str, str]) -> str:
    """A catalog for these options: its name is made of them, so that a data frame keeps its options."""
    digest = hashlib.sha256(json.dumps(sorted(given.items())).encode()).hexdigest()
    name = f"longread_{digest[:16]}"
    conf = df.sparkSession.conf
    for key, value in given.items():
        conf.set(f"spark.sql.catalog.{name}.{key}", value)
    conf.set(f"spark.sql.catalog.{name}", _CATALOG)
    return name


def _texts(model: str | None, options: Mapping[str, Option]) -> dict[str, str]:
    given = {key.replace("_", "-"): _text(value) for key, value in options.items()}
    if model is not None:
        given["model"] = model
    return given


def _text(value: Option) -> str:
    return str(value) if isinstance(value, (str, int, float)) else json.dumps(list(value))


def _name(column: str) -> str:
    return "`" + column.replace("`", "``") + "`"


def _is_connect(df: DataFrame) -> bool:
    return type(df).__module__.startswith("pyspark.sql.connect.")


def _checked(call: Callable[[], DataFrame]) -> DataFrame:
    """The result of a call once it is analysed; an error of ours without the JVM's stack trace."""
    try:
        result = call()
        result.schema  # noqa: B018  Connect analyses nothing before it is asked
        return result
    except LongreadError:
        raise
    except Exception as error:
        says = str(getattr(error, "java_exception", error))
        ours = _OURS.search(says)
        if ours:
            raise LongreadError(ours[1]) from None
        if _CATALOG in says:
            raise LongreadError(_NO_JAR) from None
        raise
