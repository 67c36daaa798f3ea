#!/usr/bin/env bash
# The scheduled ways in, on days of needle documents: the cron wrapper, and the Airflow DAG in a real Airflow with a
# real spark-submit.
#
#   check_pipelines.sh PYTHON JAR AIRFLOW    a Python with pyarrow and pyspark; the job's jar; airflow, or "" to leave it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
jar=$(readlink -f "$2")
airflow=${3:-}
folder=$PWD/target/ci/pipelines
rm -rf "$folder" && mkdir -p "$folder"

expect() {
  [[ $2 == "$3" ]] || { echo "FAILED  $1: $2 (expected $3)" && exit 1; }
}

# Three good days of two documents, and one of a good document and one without text.
"$python" - "$folder/documents" <<'PYTHON'
import os, sys
import pyarrow as pa, pyarrow.compute as pc, pyarrow.parquet as pq

table = pq.read_table("deploy/demo/needle-dev.parquet", columns=["doc_id", "text", "questions"])
table = table.take(pc.sort_indices(pc.binary_length(table["text"])))
for number, day in enumerate(["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"]):
    rows = table.slice(2 * number, 2)
    if number == 3:
        rows = rows.set_column(1, "text", pa.array([rows["text"][0].as_py(), None], rows.schema.field("text").type))
    os.makedirs(f"{sys.argv[1]}/day={day}")
    pq.write_table(rows, f"{sys.argv[1]}/day={day}/part-00000.parquet")
PYTHON
cat >"$folder/run.conf" <<CONF
model = "$PWD/deploy/demo/model"
task = generate
questions-column = questions
stop = "."
max-new-tokens = 10
CONF

# What readers see of an output: any change shows.
state() {
  (cd "$1" && find . -type f ! -name '*.crc' -printf '%p %s %T@\n' | sort)
}

daily() {
  local status=0
  LONGREAD_CONFIG=$folder/run.conf LONGREAD_STATE=$folder/state LONGREAD_INPUT="$folder/documents/day=%F" \
    LONGREAD_OUTPUT="$folder/cron/day=%F" deploy/cron/longread-daily "$@" >"$folder/cron.out" 2>&1 || status=$?
  echo "$status"
}
expect "status of a day" "$(daily 2026-11-01)" 0
expect "what cron would mail" "$(cat "$folder/cron.out")" ""
before=$(state "$folder/cron/day=2026-11-01")
expect "status of the day again" "$(daily 2026-11-01)" 0
expect "files after the day again" "$(state "$folder/cron/day=2026-11-01")" "$before"
expect "status of a day with a bad document" "$(daily 2026-11-04)" 3
grep -q 'ended with status 3' "$folder/cron.out"
expect "status of a day without documents" "$(daily 2026-10-31)" 2
expect "status of no day" "$(daily yesterday)" 2
exec {lock}>"$folder/state/lock"
flock -n "$lock"
expect "status while another runs" "$(daily 2026-11-02)" 75
exec {lock}>&-
[[ ! -e $folder/cron/day=2026-11-02 ]]
echo "Cron wrapper: done, again without a change, 3, 2, 75"

if [[ -z $airflow ]]; then
  echo "No Airflow: the DAG is NOT run (deploy/airflow)."
  exit
fi
SPARK_HOME=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
PATH=$SPARK_HOME/bin:$PATH
export SPARK_HOME PATH AIRFLOW_HOME=$folder/airflow AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__CORE__DAGS_FOLDER=$PWD/deploy/airflow PYTHONDONTWRITEBYTECODE=1
export AIRFLOW__LOGGING__LOGGING_LEVEL=INFO AIRFLOW__SDK__COLORED_LOG=False NO_COLOR=1
export AIRFLOW_CONN_SPARK_DEFAULT='{"conn_type": "spark", "host": "local[2]", "extra": {"deploy-mode": "client"}}'
export AIRFLOW_VAR_LONGREAD_JAR=$jar AIRFLOW_VAR_LONGREAD_CONFIG=$folder/run.conf
export AIRFLOW_VAR_LONGREAD_DOCUMENTS=$folder/documents AIRFLOW_VAR_LONGREAD_ANSWERS=file://$folder/airflow-answers
"$airflow" db migrate >"$folder/airflow.log" 2>&1 || { tail -n 30 "$folder/airflow.log" && exit 1; }
"$airflow" dags reserialize >>"$folder/airflow.log" 2>&1 || { tail -n 30 "$folder/airflow.log" && exit 1; }
expect "DAGs that do not import" "$("$airflow" dags list-import-errors -o plain 2>/dev/null | grep -c longread || true)" 0

# The state a day's DAG run ends in, by Airflow's own word.
dag() {
  "$airflow" dags test longread_daily "$1" >"$folder/dag-$1.log" 2>&1 || true
  sed -n 's/.*DagRun Finished.*state=\([a-z]*\).*/\1/p' "$folder/dag-$1.log" | tail -n 1
}
answers=$folder/airflow-answers/day=2026-11-02
expect "the DAG on a day" "$(dag 2026-11-02)" success
before=$(state "$answers")
expect "the DAG on the day again" "$(dag 2026-11-02)" success
expect "files after the DAG again" "$(state "$answers")" "$before"
expect "the DAG on a day with a bad document" "$(dag 2026-11-04)" failed
grep -q 'The output is complete, and more rows failed' "$folder/dag-2026-11-04.log"
grep -q '1 of 2 rows failed' "$folder/dag-2026-11-04.log"
expect "the DAG on a day without documents" "$(dag 2026-10-31)" failed
grep -q 'Error code is: 2' "$folder/dag-2026-10-31.log"
echo "Airflow $("$airflow" version 2>/dev/null | tail -n 1): a day, again without a change, a day of bad rows, a day without documents"
