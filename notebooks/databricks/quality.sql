-- Databricks notebook source
-- MAGIC %python
-- MAGIC INPUT = "/Volumes/main/longread/files/contracts"  # your documents: columns doc_id and text, and questions, an array
-- MAGIC MODEL = "/Volumes/main/longread/files/model"  # a folder with config.json, tokenizer.json and safetensors
-- MAGIC OUTPUT = "/Volumes/main/longread/files/answers"

-- COMMAND ----------

-- MAGIC %md
-- MAGIC # A whole run and its quality, in SQL
-- MAGIC
-- MAGIC `CALL lr.run` is the job itself: it balances documents over tasks, keeps finished work, and writes results,
-- MAGIC statistics and a manifest as Arrow files. Every option of a run is a parameter.

-- COMMAND ----------

-- MAGIC %python
-- MAGIC spark.conf.set("spark.sql.catalog.lr", "org.longread.job.sql.LongreadCatalog")
-- MAGIC spark.conf.set("spark.sql.catalog.lr.model", MODEL)
-- MAGIC totals = spark.sql(
-- MAGIC     "CALL lr.run(input => :input, output => :output, task => 'generate', questions_column => 'questions', stop => '.',"
-- MAGIC     " max_new_tokens => 10, sample_quality => 0.01)",
-- MAGIC     args={"input": INPUT, "output": OUTPUT},
-- MAGIC )
-- MAGIC display(totals.select("rows"))
-- MAGIC for table in ["results", "stats"]:
-- MAGIC     spark.read.format("arrow").load(f"{OUTPUT}/{table}").createOrReplaceTempView(table)

-- COMMAND ----------

SELECT status, count(*) AS rows, sum(prompt_tokens) AS tokens, round(avg(captured_mass), 2) AS captured_mass
FROM results GROUP BY status

-- COMMAND ----------

-- What attention would have cost with every token attended to, against what was computed.
SELECT sum(documents_in) AS documents, round(sum(dense_equivalent_flops) / sum(projections_flops + indexer_flops + selection_flops + attention_flops + experts_flops + head_flops), 1) AS times_dense
FROM stats

-- COMMAND ----------

-- The answers that the model is least sure of.
SELECT doc_id, text, round(exp(output_log_prob), 3) AS probability FROM results ORDER BY probability, doc_id LIMIT 5
