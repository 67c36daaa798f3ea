"""The same tests on a classic session and through Spark Connect."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

import longread

ASKED: dict[str, Any] = {"max_new_tokens": 10, "stop": ["."]}


def rows(df: DataFrame) -> list[Any]:
    return sorted(df.collect(), key=lambda row: (str(row.doc_id), row.question_index))


def test_session_is_of_the_kind_asked_for(spark: SparkSession) -> None:
    assert ("connect" in type(spark).__module__) == ("LONGREAD_REMOTE" in os.environ)


def test_generate_answers_questions(needles: DataFrame, model: str) -> None:
    answers = longread.generate(needles, model=model, questions_column="questions", **ASKED)
    wanted = {row.doc_id: row.answers[0] for row in needles.collect()}
    assert {row.doc_id: row.text for row in answers.collect()} == wanted
    assert len(wanted) == 3


def test_rows_are_those_of_a_run(spark: SparkSession, needles: DataFrame, model: str, tmp_path: Path) -> None:
    needles.write.parquet(str(tmp_path / "in"))
    spark.conf.set("spark.sql.catalog.lr", "org.longread.job.sql.LongreadCatalog")
    for task in ["generate", "score", "embed"]:
        asked = "questions_column => 'questions', stop => '.', max_new_tokens => 10," if task == "generate" else ""
        summary = spark.sql(
            f"CALL lr.run(input => '{tmp_path}/in', output => '{tmp_path}/{task}', model => '{model}', {asked} task => '{task}')"
        ).first()
        assert summary is not None and summary.rows == 3
        written = spark.read.format("arrow").load(f"{tmp_path}/{task}/results")
        options: dict[str, Any] = {"questions_column": "questions", **ASKED} if task == "generate" else {}
        answers = getattr(longread, task)(needles, model=model, **options)
        assert answers.columns == written.columns
        assert rows(answers) == rows(written)


def test_question_follows_every_document(needles: DataFrame, model: str) -> None:
    answers = longread.generate(needles.limit(1), model=model, question=" Who?", evidence_spans=0, **ASKED)
    row = answers.first()
    assert row is not None and row.status == "ok" and row.output_tokens > 0 and row.evidence == []


def test_bad_documents_are_rows(spark: SparkSession, model: str) -> None:
    documents = spark.sql("SELECT * FROM VALUES (1, 'Ruth', 'and Naomi'), (2, NULL, 'x'), (3, 'Ruth', NULL) AS t(id, body, next)")
    scores = longread.score(documents, model=model, id_column="id", text_column="body", continuation_column="next")
    assert [row.error_code for row in rows(scores)] == [None, "null_text", "null_continuation"]


def test_two_frames_keep_their_options(needles: DataFrame, model: str) -> None:
    one = needles.limit(1)
    short = longread.generate(one, model=model, max_new_tokens=1)
    longer = longread.generate(one, model=model, max_new_tokens=3)
    assert [row.output_tokens for row in short.union(longer).collect()] == [1, 3]


def test_tokens_are_bytes_of_the_demo_model(spark: SparkSession, model: str) -> None:
    documents = spark.sql("SELECT 7 AS doc_id, 'Ruth' AS text UNION ALL SELECT 8, NULL")
    counted = longread.tokens(documents, model=model).orderBy("doc_id").collect()
    assert [tuple(row) for row in counted] == [(7, [82, 117, 116, 104]), (8, None)]


def test_registered_class_answers(spark: SparkSession, needles: DataFrame, model: str) -> None:
    spark.conf.set("spark.longread.model", model)
    try:
        answer = spark.sql("SELECT longread_score('') AS answer").schema["answer"].dataType
        spark.udf.registerJavaFunction("my_score", "org.longread.job.sql.ScoreFunction", answer)
        scores: Any = needles.selectExpr("my_score(text) AS mine", "longread_score(text) AS ours").toPandas()
        assert [str(row) for row in scores["mine"]] == [str(row) for row in scores["ours"]]
        assert len(scores) == 3
    finally:
        spark.conf.unset("spark.longread.model")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"top_q": 1}, "Invalid option: top-q (unknown; did you mean top-k?)"),
        ({"top_k": "many"}, "Invalid top-k: many (expected an integer of 0 or more)"),
        ({"model": "no/such/model"}, "Cannot open model no/such/model: "),
        ({"output": "answers"}, "Invalid output: answers"),
    ],
)
def test_mistakes_arrive_as_our_message(needles: DataFrame, model: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(longread.LongreadError) as raised:
        longread.score(needles, **{"model": model, **options})
    message = str(raised.value)
    assert message.startswith(says)
    assert "\tat " not in message and "stacktrace" not in message and len(message.splitlines()) <= 2


def test_error_of_an_action_has_one_message(needles: DataFrame, model: str, tmp_path: Path) -> None:
    broken = tmp_path / "model"
    shutil.copytree(model, broken)
    tokens = longread.tokens(needles, model=str(broken))
    (broken / "tokenizer.json").unlink()  # executors open it; weights an engine in this JVM may hold already
    with pytest.raises(Exception) as raised:
        tokens.collect()
    message = longread.explain(raised.value)
    assert message.startswith("Cannot open tokenizer: ") and str(broken) in message, message
    assert "\tat " not in message and len(message.splitlines()) == 1


def test_error_of_spark_is_explained_by_its_first_line(spark: SparkSession) -> None:
    with pytest.raises(Exception) as raised:
        spark.sql("SELECT raise_error('no such day')").collect()
    message = longread.explain(raised.value)
    assert "no such day" in message and len(message.splitlines()) == 1


def test_errors_of_spark_stay_sparks(needles: DataFrame, model: str) -> None:
    with pytest.raises(Exception, match="texd"):
        longread.score(needles, model=model, text_column="texd")
