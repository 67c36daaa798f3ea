"""Runs notebooks in Databricks' source format on a classic session: Python, SQL and Scala cells, in one session.

    run_databricks.py JAR INPUT MODEL FOLDER NOTEBOOK...    tables and output go below FOLDER

A cell that assigns INPUT, MODEL or OUTPUT gets ours. What cells show is printed; a cell that fails fails the run.
Scala cells run in Scala's own interpreter inside the session's JVM, as they do on Databricks.
"""

import pathlib
import re
import shutil
import sys

from pyspark.sql import DataFrame, SparkSession

COMMENTS = {".py": "#", ".sql": "--"}
LANGUAGES = {".py": "python", ".sql": "sql"}


def cells(path):
    """Language and source of each cell."""
    comment = COMMENTS[path.suffix]
    header, _, source = path.read_text().partition("\n")
    if header != f"{comment} Databricks notebook source":
        sys.exit(f"{path}: not a Databricks notebook: {header}")
    for cell in re.split(rf"^{comment} COMMAND -+$", source, flags=re.MULTILINE):
        lines = [line for line in cell.strip().splitlines()]
        language, magic = LANGUAGES[path.suffix], f"{comment} MAGIC"
        if lines and lines[0].startswith(magic):
            if not all(line.startswith(magic) for line in lines):
                sys.exit(f"{path}: a cell mixes MAGIC lines with others:\n{cell}")
            lines = [line[len(magic) + 1 :] for line in lines]
            language, _, lines[0] = lines[0].lstrip("%").partition(" ")
        yield language, "\n".join(lines).strip()


def display(shown):
    if isinstance(shown, DataFrame):
        shown.show(truncate=False)
    else:
        print(shown)


def scala(spark, jar):
    """Scala's interpreter, as a function of source."""
    jvm = spark._jvm
    settings = jvm.scala.tools.nsc.Settings()
    # The loader that has spark.jars, so that classes are those of the session.
    settings.embeddedDefaults(jvm.java.lang.Thread.currentThread().getContextClassLoader())
    settings.processArgumentString(f"-usejavacp -classpath {jar}")
    scripted = jvm.scala.tools.nsc.interpreter.shell.Scripted
    engine = scripted.apply(getattr(scripted, "apply$default$1")(), settings, getattr(scripted, "apply$default$3")())
    engine.eval("val spark = org.apache.spark.sql.SparkSession.active")
    return engine.eval


def run(spark, jar, path, names):
    print(f"=== {path}", flush=True)
    shared = {"spark": spark, "display": display}
    interpret = None
    for language, source in cells(path):
        print(f"--- %{language}")
        if language == "python":
            # Assignments of the names to change are ours; everything else is as it stands.
            for name, value in names.items():
                source = re.sub(rf'^{name} = ".*?"', f"{name} = {value!r}", source, flags=re.MULTILINE)
            exec(compile(source, str(path), "exec"), shared)
        elif language == "sql":
            for statement in source.split(";"):
                result = spark.sql(statement)
            display(result)
        elif language == "scala":
            interpret = interpret or scala(spark, jar)
            interpret(source)
        elif language != "md":
            sys.exit(f"{path}: cannot run cells in {language}")


def main(jar, documents, model, folder, *notebooks):
    folder = pathlib.Path(folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    builder = SparkSession.builder.master("local[2]").config("spark.jars", jar).config("spark.submit.pyFiles", jar)
    builder = builder.config("spark.sql.warehouse.dir", str(folder / "warehouse")).config("spark.ui.enabled", "false")
    spark = builder.getOrCreate()
    for notebook in map(pathlib.Path, notebooks):
        run(spark, jar, notebook, {"INPUT": documents, "MODEL": model, "OUTPUT": str(folder / notebook.stem)})
    spark.stop()


main(*sys.argv[1:])
