# Databricks notebook source
# First task of a job: the day whose documents are read, for the tasks after it. Jobs know the date of their start, not that
# of the day before.
from datetime import datetime, timedelta, timezone

day = dbutils.widgets.get("day") or (datetime.now(timezone.utc) - timedelta(days=1)).date().isoformat()  # noqa: F821
datetime.strptime(day, "%Y-%m-%d")
dbutils.jobs.taskValues.set("day", day)  # noqa: F821
