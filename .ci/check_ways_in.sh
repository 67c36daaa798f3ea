#!/usr/bin/env bash
# The same questions by every way in, on a Spark distribution as users have it: each must give the bytes of
# `deploy/longread run`.
#
#   check_ways_in.sh PYTHON [NOTEBOOKS]    a Python with pyspark and pyarrow; a folder of notebooks' outputs to hold to the run, too;
#                                          with it also the first minute and chat templates, which are alike on every Spark
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
notebooks=${2:-}
jar=$(ls "$root"/job/runtime/target/longread-spark-runtime-*.jar)
export SPARK_HOME PYSPARK_PYTHON=$python PYTHONDONTWRITEBYTECODE=1
SPARK_HOME=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
folder=$root/target/ci/ways-$("$python" -c 'import pyspark; print(pyspark.__version__)')
rm -rf "$folder" && mkdir -p "$folder"
# A run reads all documents; the ways in, the shorter ones: no row depends on its neighbours.
all=$root/deploy/demo/needle-dev.parquet input=$folder/short.parquet
"$python" -c 'import sys, pyarrow.parquet as pq; pq.write_table(pq.read_table(sys.argv[1], filters=[("length", "<=", 2048)]), sys.argv[2])' \
  "$all" "$input"
[[ -n $notebooks ]] || all=$input
asked=(--task generate --questions-column questions --stop . --max-new-tokens 10)

# Runs a command in the folder, where Spark leaves files; its log only when it fails.
quietly() {
  local name=$1
  shift
  (cd "$folder" && "$@" >"$name.log" 2>&1) || { cat "$folder/$name.log" && exit 1; }
}

env -u SPARK_HOME deploy/longread run --input "$all" --output "$folder/run" --model deploy/demo/model "${asked[@]}" >"$folder/run.log" 2>&1 ||
  { cat "$folder/run.log" && exit 1; }

# A first answer in a minute, here of five documents.
first_minute() {
  in_a_minute spark-submit "$SPARK_HOME/bin/spark-submit" --master 'local[2]' --class org.longread.job.cli.Main "$jar" \
    run --input "$few" --output "$folder/few-submit" --model "$root/deploy/demo/model" "${asked[@]}" 2>"$folder/few-submit.log"
  in_a_minute spark-sql "$SPARK_HOME/bin/spark-sql" --master 'local[2]' --jars "$jar" --conf spark.ui.enabled=false \
    --conf "spark.longread.model=$root/deploy/demo/model" --conf spark.longread.stop=. --conf spark.longread.max-new-tokens=10 \
    -e "SELECT doc_id, longread_generate(text, questions[0]).text FROM parquet.\`$few\`" 2>"$folder/few-sql.log" | tee "$folder/few-sql.tsv"
  [[ $(grep -c $'^needle-dev-.*\t.' "$folder/few-sql.tsv") == 5 ]]
}
in_a_minute() {
  (cd "$folder" && "$python" "$root/.ci/within_a_minute.py" "$@")
}

# Chat templates are rendered by what the jar has relocated: the same prompt, once by the model's template, once written out.
chat_templates() {
  local question=$'\nQuestion: What is the access code?'
  cp -r deploy/demo/model "$folder/chat-model"
  cp job/src/test/resources/chat/lines.jinja "$folder/chat-model/chat_template.jinja"
  chat chat --prompt-format chat --prompt-suffix "$question"
  chat chat-written --prompt-prefix $'System: Answer from the text.\nUser: ' --prompt-suffix "$question"$'\nAssistant:'
  "$python" .ci/check_same_rows.py "$folder/chat" "$folder/chat-written"
}
chat() {
  local name=$1
  shift
  quietly "$name" "$SPARK_HOME/bin/spark-submit" --master 'local[2]' --class org.longread.job.cli.Main "$jar" \
    run --input "$few" --output "$folder/$name" --model "$folder/chat-model" --task generate --max-new-tokens 10 "$@"
}

if [[ -n $notebooks ]]; then
  few=$folder/few.parquet
  "$python" -c 'import sys, pyarrow.parquet as pq; pq.write_table(pq.read_table(sys.argv[1]).slice(0, 5), sys.argv[2])' "$input" "$few"
  first_minute
  chat_templates
fi

quietly submit "$SPARK_HOME/bin/spark-submit" --master 'local[2]' --class org.longread.job.cli.Main "$jar" \
  run --input "$input" --output "$folder/submit" --model "$root/deploy/demo/model" "${asked[@]}"

quietly sql "$SPARK_HOME/bin/spark-sql" --master 'local[2]' --jars "$jar" --conf spark.ui.enabled=false -e "
  SET spark.sql.catalog.lr = org.longread.job.sql.LongreadCatalog;
  SET spark.sql.catalog.lr.model = $root/deploy/demo/model;
  SET spark.sql.catalog.lr.stop = .;
  SET \`spark.sql.catalog.lr.max-new-tokens\` = 10;
  INSERT OVERWRITE DIRECTORY '$folder/sql' USING parquet
  SELECT inline(lr.generate_rows(doc_id, text, questions)) FROM parquet.\`$input\`"

# From a Maven repository: the thin jar with what its pom names, and the one jar. Nothing is installed in Python; the
# package comes with the jar.
mvn -B -ntp -q -Dmaven.test.skip=true -Dmaven.install.skip=true deploy "-DaltDeploymentRepository=local::file://$folder/repository" >"$folder/deploy.log" 2>&1 ||
  { cat "$folder/deploy.log" && exit 1; }
cat >"$folder/answers.py" <<'PYTHON'
import sys

import longread
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
documents, model, output = sys.argv[1:]
answers = longread.generate(
    spark.read.parquet(documents).repartition(4), model=model, questions_column="questions", stop=["."], max_new_tokens=10
)
answers.write.parquet(output)
# Spark's own Arrow in the session that has ours.
spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
spark.conf.set("spark.sql.execution.arrow.pyspark.fallback.enabled", "false")
assert len(answers.limit(1).toPandas()) == 1
assert ".jar/" in longread.__file__, longread.__file__
PYTHON
version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' pom.xml | head -n 1)
for artifact in longread-spark-4.2_2.13 longread-spark-runtime-4.2_2.13; do
  quietly "$artifact" "$SPARK_HOME/bin/spark-submit" --master 'local[2]' --conf spark.ui.enabled=false \
    --repositories "file://$folder/repository" --conf "spark.jars.ivy=$folder/ivy" \
    --packages "org.longread:$artifact:$version" answers.py "$input" "$root/deploy/demo/model" "$folder/$artifact"
done

"$python" .ci/check_same_rows.py --documents "$input" "$folder/run" "$folder"/{submit,sql,longread-spark-4.2_2.13,longread-spark-runtime-4.2_2.13}
if [[ -n $notebooks ]]; then
  "$python" .ci/check_same_rows.py "$folder/run" "$notebooks"/{quickstart,quickstart-java,databricks/python/warehouse/answers}
  # These two compare with dense attention besides, which fills two columns.
  "$python" .ci/check_same_rows.py --without captured_mass,selection_recall "$folder/run" "$notebooks"/{analysis,databricks/python/quality}
fi
