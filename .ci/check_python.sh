#!/usr/bin/env bash
# The job's jar called from spark-sql and from deploy/python: types, tests on a classic session, and the same tests
# against a Spark Connect server.
#
#   check_python.sh PYTHON JAR    a Python with pyspark[connect], pytest and, to check types, mypy; the job's jar
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
LONGREAD_JAR=$(readlink -f "$2")
spark_version=$("$python" -c 'import pyspark; print(pyspark.__version__)')
folder=target/ci/python-$spark_version
echo "Spark $spark_version, $("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | head -n 1)"
export LONGREAD_JAR PYTHONPATH=$folder/installed PYTHONDONTWRITEBYTECODE=1
rm -rf "$folder" && mkdir -p "$folder"
# A copy: building leaves files beside the sources.
cp -r deploy/python "$folder/source"
"$python" -m pip install -q --disable-pip-version-check --no-deps --target "$folder/installed" "$folder/source"
[[ -e $folder/installed/longread/py.typed ]]

run_tests() {
  "$python" -m pytest -q -p no:cacheprovider --basetemp "$folder/tmp" "$@"
}

have_mypy=$("$python" -c 'import importlib.util; print(importlib.util.find_spec("mypy") is not None)')
[[ $have_mypy == True ]] || echo "No mypy here: types are NOT checked against this Spark."
[[ $have_mypy == False ]] || "$python" -m mypy --config-file deploy/python/pyproject.toml --cache-dir "$folder/mypy" deploy/python/longread deploy/python/tests
run_tests deploy/python/tests

SPARK_HOME=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME

# Of each document the answer and the expected one, in two columns.
root=$PWD
(cd "$folder" && "$SPARK_HOME/bin/spark-sql" --master 'local[2]' --jars "$LONGREAD_JAR" --conf spark.ui.enabled=false \
  --conf "spark.longread.model=$root/deploy/demo/model" --conf spark.longread.stop=. --conf spark.longread.max-new-tokens=10 -e "
  SELECT longread_generate(text, questions[0]).text, answers[0]
  FROM parquet.\`$root/deploy/demo/needle-dev.parquet\` WHERE length <= 1024 AND doc_id < 'needle-dev-005'" \
  >answers.tsv 2>spark-sql.log) || { cat "$folder/spark-sql.log" && exit 1; }
awk -F '\t' '$1 != $2 { wrong++ } END { print NR " answers from spark-sql, " wrong + 0 " wrong"; exit NR != 5 || wrong > 0 }' \
  "$folder/answers.tsv"

# A server in a JVM of its own, as a cluster has it. Port 0: it says which one it took.
"$SPARK_HOME/bin/spark-submit" --master 'local[2]' --jars "$LONGREAD_JAR" \
  --class org.apache.spark.sql.connect.service.SparkConnectServer \
  --conf spark.ui.enabled=false --conf spark.connect.grpc.binding.address=127.0.0.1 \
  --conf spark.connect.grpc.binding.port=0 spark-internal >"$folder/server.log" 2>&1 &
server=$!
trap 'kill "$server"' EXIT
port=
for _ in $(seq 120); do
  port=$(sed -n 's/.*Spark Connect server started at: .*:\([0-9]*\).*/\1/p' "$folder/server.log" | tail -n 1)
  [[ -z $port ]] || break
  kill -0 "$server" || { cat "$folder/server.log" && exit 1; }
  sleep 1
done
[[ -n $port ]] || { cat "$folder/server.log" && exit 1; }
echo "Spark Connect server on port $port"
LONGREAD_REMOTE=sc://127.0.0.1:$port run_tests deploy/python/tests/test_longread.py
