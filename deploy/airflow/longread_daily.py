"""Reads each day's documents once that day is over: one partition in, one partition out, the manifest as hand-over.

For Airflow 3 with apache-airflow-providers-apache-spark. What differs between installations are Airflow variables:

    longread_jar        the job's jar, as spark-submit finds it
    longread_config     options of the run (see conf/): model, task, questions, limits
    longread_documents  folder of day=YYYY-MM-DD folders of Parquet files; s3://, gs://, file:// or a path
    longread_answers    folder for the outputs, one per day

and the connection `spark_default`: the master, client deploy mode (in cluster mode spark-submit hides the job's exit
status). Running a day again is safe: a complete output is left as it is, one that broke off goes on, failed documents
are tried again. Nothing downstream looks at result files before the manifest is there, and the manifest lists them.
"""

import json
import re
from datetime import datetime, timedelta

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import Asset, ObjectStoragePath, PokeReturnValue, dag, task
from airflow.timetables.interval import CronDataIntervalTimetable

DOCUMENTS = "{{ var.value.longread_documents }}/day={{ ds }}"
ANSWERS = "{{ var.value.longread_answers }}/day={{ ds }}"

# Share of rows that may have failed before the day counts as failed.
MAX_FAILED_FRACTION = 0.01

INVALID, TOO_MANY_FAILED_ROWS = 2, 3


class LongreadSubmitOperator(SparkSubmitOperator):
    """spark-submit that knows what the job's exit status means."""

    def execute(self, context):
        try:
            super().execute(context)
        except AirflowException as failure:
            status = exit_status(str(failure))
            if status == INVALID:  # options, input schema or model: trying again changes nothing
                raise AirflowFailException(str(failure)) from failure
            if status != TOO_MANY_FAILED_ROWS:
                raise
            self.log.warning("The output is complete, and more rows failed than max-failed-fraction.")


def exit_status(message: str) -> int | None:
    """The status in the hook's message; on Kubernetes that of the driver, which comes last."""
    found = re.findall(r"(?:Error|exit) code is: (\d+)", message)
    return int(found[-1]) if found else None


@dag(
    # Not "@daily": since Airflow 3 that is called after the moment it runs, and {{ ds }} would be the day after.
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
    tags=["longread"],
)
def longread_daily():
    answer = LongreadSubmitOperator(
        task_id="answer",
        application="{{ var.value.longread_jar }}",
        java_class="org.longread.job.cli.Main",
        name="longread {{ ds }}",
        conf={"spark.plugins": "org.longread.job.plugin.LongreadPlugin"},
        application_args=[
            "run",
            *("--config", "{{ var.value.longread_config }}"),
            *("--input", DOCUMENTS),
            *("--output", ANSWERS),
            *("--max-failed-fraction", str(MAX_FAILED_FRACTION)),
        ],
    )

    @task.sensor(poke_interval=30, timeout=600, mode="reschedule")
    def manifest(output: str) -> PokeReturnValue:
        """Waits until the output is complete: object stores may show a file late."""
        file = ObjectStoragePath(re.sub("^s3a:", "s3:", output)) / "manifest.json"
        if not file.exists():
            return PokeReturnValue(is_done=False)
        return PokeReturnValue(is_done=True, xcom_value=json.loads(file.read_text()))

    @task(outlets=[Asset("longread_answers")], retries=0)
    def accept(manifest: dict) -> dict:
        """Fails the day if too many rows did; else hands on what to read, and other DAGs may follow."""
        counts = manifest["counts"]
        if counts["rows_failed"] > MAX_FAILED_FRACTION * counts["rows"]:
            raise AirflowFailException(f"{counts['rows_failed']} of {counts['rows']} rows failed: {counts['outcomes']}")
        return {"results": manifest["results"], "rows": counts["rows"], "run_id": manifest["run_id"]}

    complete = manifest(ANSWERS)
    answer >> complete
    accept(complete)


longread_daily()
