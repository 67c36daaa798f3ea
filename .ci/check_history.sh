#!/usr/bin/env bash
# A run with the settings of conf/standalone.spark.conf and the logging of conf/log4j2-cluster.properties, and what
# Spark's history server then says of it.
#
#   check_history.sh SPARK_HOME
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export SPARK_HOME=$1
folder=$PWD/target/ci/history
rm -rf "$folder" && mkdir -p "$folder"
# The same settings, at folders that are here.
sed -e "s|file:///var/log/spark-events|file://$folder/events|" -e "s|/models/my-dsa-model|$PWD/deploy/demo/model|" \
  conf/standalone.spark.conf >"$folder/spark.conf"
export SPARK_SUBMIT_OPTS=-Dlog4j2.configurationFile=$PWD/conf/log4j2-cluster.properties
job() {
  LONGREAD_SPARK_SUBMIT_ARGS="--properties-file $folder/spark.conf --master local[2]" deploy/longread run \
    --config conf/standalone.conf --input deploy/demo/needle-dev.parquet --output "$folder/answers" --model deploy/demo/model \
    --task embed --max-document-tokens 600 --partitions 2 --max-failed-fraction 1 >"$folder/run.out" 2>"$folder/run.err"
}
fail() {
  echo "FAILED  $1"
  exit 1
}
# The folder of the event log is the user's to make, as the settings say: Spark does not start without it.
! job || fail "a run without the folder of its event log"
grep -q "FileNotFoundException.*$folder/events" "$folder/run.err" || { tail -n 40 "$folder/run.err" && fail "not for the missing folder"; }
mkdir "$folder/events"
job || { tail -n 40 "$folder/run.err" && exit 1; }
# Driver's lines have time in UTC, level and thread; Spark's own INFO is left out.
grep -qE '^[0-9-]{10}T[0-9:.]{12}Z (INFO|WARN) ' "$folder/run.err"
! grep -q ' INFO SparkContext ' "$folder/run.err" || fail "the driver's log has Spark's own INFO"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'spark.history.ui.port %s\n' "$port" >>"$folder/spark.conf"
"$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.history.HistoryServer --properties-file "$folder/spark.conf" \
  >"$folder/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null' EXIT
for _ in $(seq 120); do
  kill -0 "$server" || { tail -n 20 "$folder/server.log" && exit 1; }
  said=$(curl -sf "http://127.0.0.1:$port/api/v1/applications" || true)
  [[ $said != *'"completed" : true'* ]] || break
  sleep 1
done
[[ $said == *'"completed" : true'* ]] || fail "history server: $said"
id=$(sed -n 's/.*"id" : "\([^"]*\)".*/\1/p' <<<"$said" | head -n 1)
environment=$(curl -sf "http://127.0.0.1:$port/api/v1/applications/$id/environment")
stages=$(curl -sf "http://127.0.0.1:$port/api/v1/applications/$id/stages")
[[ $environment == *org.longread.job.plugin.LongreadPlugin* && $stages == *'"status" : "COMPLETE"'* ]] ||
  fail "history server: ${stages:0:400}"
echo "History server: application $id, its settings and stages"
