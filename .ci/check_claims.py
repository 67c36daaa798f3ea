"""Every file under deploy/, conf/ and notebooks/ is reached by a check that runs: a new one fails here until its check is named.

A claim is a pattern, the check, a stage of .ci/run or a test class, and a word by which the check reaches the files: it
must stand in the stage, in a script that the stage calls, or in the test.
"""

import re
import subprocess
import sys
from pathlib import Path

CLAIMS = [
    ("conf/longread.conf", "TestRepositoryTexts", "longread.conf"),
    ("conf/log4j2.properties", "run_demo", "deploy/longread demo"),  # deploy/longread hands it to every JVM
    ("conf/log4j2-cluster.properties", "read_history", "log4j2-cluster.properties"),
    ("conf/*.conf", "TestConfigurations", "CONF"),
    ("conf/*.spark.conf", "check_settings", "*.spark.conf"),
    ("deploy/README.md", "check_files", "deploy/README.md"),
    ("deploy/airflow/longread_daily.py", "run_pipelines", "deploy/airflow"),
    ("deploy/bench/cost-by-position.svg", "check_files", "cost-by-position.svg"),
    ("deploy/bench/device_twin.py", "check_files", "device_twin.py"),
    ("deploy/container/Containerfile", "check_container", "deploy/container/Containerfile"),
    ("deploy/container/Containerfile.dockerignore", "check_container", ".dockerignore"),
    ("deploy/cron/longread-daily", "run_pipelines", "deploy/cron/longread-daily"),
    ("deploy/databricks/databricks.yml", "check_databricks", "databricks.yml"),
    ("deploy/databricks/day.py", "check_databricks", "day.py"),
    ("deploy/databricks/install-tornadovm.sh", "check_databricks", "install-tornadovm.sh"),
    ("deploy/databricks/longread-gpu.job.yml", "check_databricks", "*.job.yml"),
    ("deploy/databricks/longread.job.yml", "check_databricks", "*.job.yml"),
    ("deploy/demo/*.md", "check_files", "*.md"),
    ("deploy/demo/documents/*", "run_demo", "deploy/longread demo"),
    ("deploy/demo/make_documents.py", "check_files", "py_compile"),
    ("deploy/demo/model/*", "run_demo", "deploy/longread demo"),
    ("deploy/demo/model/*.md", "check_files", "*.md"),
    ("deploy/demo/needle-dev.jsonl", "check_files", "needle-dev.jsonl"),
    ("deploy/demo/needle-dev.parquet", "submit_needles", "needle-dev.parquet"),
    ("deploy/gpu-discovery", "check_files", "gpu-discovery"),
    ("deploy/grafana/longread.json", "TestDashboard", "grafana/longread.json"),
    ("deploy/kubernetes/account.yaml", "check_kubernetes", "account.yaml"),
    ("deploy/kubernetes/driver.yaml", "check_kubernetes", "driver.yaml"),
    ("deploy/kubernetes/executor-cpu.yaml", "check_kubernetes", '"executor-cpu"'),
    ("deploy/kubernetes/executor-gpu.yaml", "check_kubernetes", '"executor-gpu"'),
    ("deploy/kubernetes/scheduledsparkapplication-cpu.yaml", "check_kubernetes", "scheduledsparkapplication-{variant}"),
    ("deploy/kubernetes/scheduledsparkapplication-gpu.yaml", "check_kubernetes", "scheduledsparkapplication-{variant}"),
    ("deploy/kubernetes/sparkapplication-cpu.yaml", "check_kubernetes", "sparkapplication-{variant}"),
    ("deploy/kubernetes/sparkapplication-gpu.yaml", "check_kubernetes", "sparkapplication-{variant}"),
    ("deploy/kubernetes/submit", "check_kubernetes", '"submit"'),
    ("deploy/longread", "run_demo", "deploy/longread"),
    ("deploy/python/*", "call_from_python", "deploy/python"),
    ("deploy/tornado-options", "check_databricks", "tornado-options"),
    ("notebooks/README.md", "check_files", "notebooks/README.md"),
    ("notebooks/*.ipynb", "run_notebooks", "*.ipynb"),  # each in the list of git, and one that nothing runs fails there
    ("notebooks/databricks/answers.py", "run_notebooks", "notebooks/databricks/*.py"),
    ("notebooks/databricks/quality.sql", "run_notebooks", "notebooks/databricks/*.sql"),
    ("notebooks/databricks/outputs.txt", "run_notebooks", "notebooks/databricks/outputs.txt"),
    ("notebooks/java-kernel", "run_notebooks", "notebooks/java-kernel target"),
]


def stages(text: str) -> dict[str, str]:
    """Name to source of the stages that .ci/run runs, with the scripts they call."""
    bodies = dict(re.findall(r"^(\w+)\(\) \{\n(.*?)^\}", text, re.S | re.M))
    listed = re.search(r"^stages=\((.*?)\)", text, re.S | re.M).group(1).split()
    sources = {}
    for name in listed:
        scripts = re.findall(r"\.ci/[\w.]+", bodies[name])
        sources[name] = bodies[name] + "".join(Path(script).read_text() for script in scripts if Path(script).is_file())
    return sources


def matches(path: str, pattern: str) -> bool:
    """Of several claims the longest that fits holds; * crosses folders."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), path) is not None


def main() -> int:
    files = subprocess.run(["git", "ls-files", "deploy", "conf", "notebooks"], capture_output=True, text=True, check=True)
    checks = stages(Path(".ci/run").read_text())
    wrong, used = [], set()
    for pattern, check, word in CLAIMS:
        if check.startswith("Test"):
            source = "".join(path.read_text() for path in Path(".").glob(f"*/src/test/java/**/{check}.java"))
        else:
            source = checks.get(check, "")
        if word not in source:
            wrong.append(f"{pattern}: {check} does not run, or does not reach it by '{word}'")
    for path in files.stdout.split():
        fitting = [claim for claim in CLAIMS if matches(path, claim[0])]
        used.update(claim[0] for claim in fitting)
        if not fitting:
            wrong.append(f"{path}: no check reaches it. Write one, and name it in .ci/check_claims.py")
    wrong += [f"{pattern}: no such file" for pattern, _, _ in CLAIMS if pattern not in used]
    print("\n".join(wrong) or f"{len(files.stdout.split())} files under deploy/, conf/ and notebooks/, each reached by a check that runs")
    return 1 if wrong else 0


sys.exit(main())
