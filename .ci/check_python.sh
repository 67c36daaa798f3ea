#!/usr/bin/env bash
# deploy/python with the job's jar: types, tests on a classic session, and the same tests against a Spark Connect server.
#
#   check_python.sh PYTHON JAR    a Python with pyspark[connect], pytest and mypy; the job's jar
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
LONGREAD_JAR=$(readlink -f "$2")
export LONGREAD_JAR PYTHONPATH=deploy/python PYTHONDONTWRITEBYTECODE=1
folder=target/ci/python
rm -rf "$folder" && mkdir -p "$folder"

run_tests() {
  "$python" -m pytest -q -p no:cacheprovider --basetemp "$folder/tmp" deploy/python/tests
}

"$python" -m mypy --config-file deploy/python/pyproject.toml --cache-dir "$folder/mypy" deploy/python/longread
run_tests

# A server in a JVM of its own, as a cluster has it. Port 0: it says which one it took.
spark=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
SPARK_HOME=$spark "$spark/bin/spark-submit" --master 'local[2]' --jars "$LONGREAD_JAR" \
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
LONGREAD_REMOTE=sc://127.0.0.1:$port run_tests
