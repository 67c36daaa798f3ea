# Databricks notebook source
INPUT = "/Volumes/main/longread/files/contracts"  # your documents: columns doc_id and text, and questions, an array
MODEL = "/Volumes/main/longread/files/model"  # a folder with config.json, tokenizer.json and safetensors

# COMMAND ----------

# MAGIC %md
# MAGIC # Answers in a Databricks notebook
# MAGIC
# MAGIC For a cluster with dedicated access that has `longread-spark-runtime-4.2_2.13-0.1.0.jar` as a library and the
# MAGIC package `longread` of `deploy/python`. Python, SQL and Scala cells call the same engine and get the same rows.

# COMMAND ----------

spark.conf.set("spark.longread.model", MODEL)
spark.conf.set("spark.longread.stop", ".")
spark.conf.set("spark.longread.max-new-tokens", "10")
spark.read.parquet(INPUT).createOrReplaceTempView("documents")

# COMMAND ----------

# MAGIC %md ## Python

# COMMAND ----------

import longread

answers = longread.generate(spark.table("documents").repartition(4, "doc_id"), questions_column="questions")
answers.write.mode("overwrite").saveAsTable("answers")
display(spark.table("answers").groupBy("status").count())

# COMMAND ----------

# MAGIC %md ## SQL

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT doc_id, answer.text, answer.prompt_tokens, size(answer.evidence) AS spans
# MAGIC FROM (SELECT doc_id, longread_generate(text, questions[0]) AS answer FROM documents WHERE length(text) < 1000)
# MAGIC ORDER BY doc_id LIMIT 3

# COMMAND ----------

# MAGIC %sql
# MAGIC -- A catalog has options of its own, and functions that yield whole rows of a run.
# MAGIC SET spark.sql.catalog.lr = org.longread.job.sql.LongreadCatalog;
# MAGIC CREATE OR REPLACE TEMPORARY VIEW first_scores AS
# MAGIC SELECT inline(lr.score_rows(doc_id, text)) FROM (SELECT * FROM documents ORDER BY doc_id LIMIT 3);
# MAGIC SELECT doc_id, status, round(bits_per_byte, 4) AS bits_per_byte FROM first_scores ORDER BY doc_id

# COMMAND ----------

# MAGIC %md ## Scala

# COMMAND ----------

# MAGIC %scala
# MAGIC import org.longread.job.sql.Longread
# MAGIC
# MAGIC val few = spark.table("documents").orderBy("doc_id").limit(3)
# MAGIC few.transform(Longread.on(spark).score(_)).selectExpr("doc_id", "status", "round(bits_per_byte, 4) AS bits_per_byte")
# MAGIC   .createOrReplaceTempView("scala_scores")

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT count(*) AS rows, count_if(ours.bits_per_byte = round(theirs.bits_per_byte, 4)) AS same
# MAGIC FROM scala_scores AS ours JOIN first_scores AS theirs USING (doc_id)
