"""deploy/databricks, as far as it goes without a workspace: every field of the jobs, references, and the init script.

    check_databricks.py [SCHEMA]    what `databricks bundle schema` prints, to hold the whole bundle to

Jobs are held to databricks-bundles, the types that Databricks publishes for bundles in Python, made from the same source
as the schema: an unknown field, a missing one or a value that does not exist fails.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import yaml
from databricks.bundles.jobs import Job

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / "deploy/databricks"
# What a bundle's own file may have, of which we use some; the schema knows the rest.
TOP = {"bundle": {"name"}, "include": None, "sync": {"paths"}, "variables": None, "targets": None}


def check_bundle() -> dict:
    bundle = yaml.safe_load((FILES / "databricks.yml").read_text())
    for key, value in bundle.items():
        assert key in TOP and (TOP[key] is None or set(value) <= TOP[key]), key
    assert set(bundle["include"]) == {path.name for path in FILES.glob("*.job.yml")}, bundle["include"]
    for path in bundle["sync"]["paths"]:
        assert (FILES / path).is_dir(), path
    variables = bundle["variables"]
    assert (FILES / variables["jar"]["default"]).is_file(), "the job's jar is elsewhere now, or not built"
    # Unity Catalog has volumes in schemas in catalogs; a shorter path is no place to write to.
    assert re.fullmatch(r"/Volumes(/[a-z]+){3}", variables["volume"]["default"]), variables["volume"]
    return bundle


def check_job(path: Path, variables: dict) -> None:
    text = path.read_text()
    for reference in re.findall(r"\$\{([^}]*)\}", text):
        assert reference == "workspace.file_path" or reference.removeprefix("var.") in variables, (path.name, reference)
    for name, job in yaml.safe_load(text)["resources"]["jobs"].items():
        Job.from_dict(job)
        assert [parameter["name"] for parameter in job["parameters"]] == ["day"], name
        day, answer = job["tasks"]
        assert [day["task_key"]] == [task["task_key"] for task in answer["depends_on"]] == ["day"], name
        assert set(re.findall(r"\{\{(.*?)\}\}", text)) == {"tasks.day.values.day"}, name
        assert (FILES / day["notebook_task"]["notebook_path"]).is_file(), name
        (cluster,) = job["job_clusters"]
        assert {task["job_cluster_key"] for task in job["tasks"]} == {cluster["job_cluster_key"]}, name
        versions = re.findall(r"spark_version: \$\{var\.(\w+)\}", text)
        assert versions == ["gpu_spark_version" if "gpu" in name else "spark_version"], versions
        words = answer["spark_jar_task"]["parameters"]
        config = words[words.index("--config") + 1].removeprefix("${workspace.file_path}/")
        assert (ROOT / config).is_file(), config
        check_command(words)
    slip = yaml.safe_load(text)["resources"]["jobs"][name]
    slip["job_clusters"][0]["new_cluster"]["spark_cnf"] = {}
    try:
        Job.from_dict(slip)
        raise SystemExit("FAILED  a field that does not exist passed")
    except ValueError:
        pass


def check_command(words: list[str]) -> None:
    """The job takes these arguments, on a machine without a GPU: all it complains of is that there is no such volume here."""
    model = words.index("--model") + 1
    assert words[model] == "${var.volume}/models/${var.model}", words[model]
    here = [word.replace("${workspace.file_path}", str(ROOT)) for word in words]
    here[model] = "deploy/demo/model"
    here = ["scalar" if word == "tornado" else word for word in here]
    done = subprocess.run(["deploy/longread", *here], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "Cannot read input ${var.volume}/documents" in done.stderr, done.stderr


def check_day() -> None:
    """The notebook that says which day is read, in the hands of a double of dbutils."""

    def told(given: str) -> str:
        values = {}
        widgets = SimpleNamespace(get={"day": given}.__getitem__)
        jobs = SimpleNamespace(taskValues=SimpleNamespace(set=values.__setitem__))
        exec((FILES / "day.py").read_text(), {"dbutils": SimpleNamespace(widgets=widgets, jobs=jobs)})
        return values["day"]

    before = datetime.now(timezone.utc) - timedelta(days=1)
    assert told("") in {str(moment.date()) for moment in (before, before + timedelta(minutes=1))}
    assert told("2026-11-01") == "2026-11-01"
    try:
        told("yesterday")
        raise SystemExit("FAILED  a day that is none passed")
    except ValueError:
        pass


def fake_sdk(folder: Path) -> None:
    """An SDK in which deploy/tornado-options finds what it looks for."""
    names = "api runtime annotation drivers-common drivers-opencl".split()
    jars = [f"share/java/tornado/tornado-{name}-5.2.0-jdk21.jar" for name in names]
    jars += [f"share/java/tornado/{name}-1.0.jar" for name in ("asm", "commons-math3", "snmp4j")]
    jars += [f"share/java/graalJars/{name}-1.0.jar" for name in ("compiler", "collections", "word", "truffle-compiler")]
    for name in [*jars, "etc/exportLists/common-exports", "etc/exportLists/opencl-exports"]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("--add-exports java.base/jdk.internal.misc=tornado.runtime\n")


def check_init_script(scratch: Path) -> None:
    for name in ("files", "jars", "bin", "sdk"):
        (scratch / name).mkdir()
    fake_sdk(scratch / "sdk/tornadovm-5.2.0")
    environment = {
        "PATH": f"{scratch}/bin:{os.environ['PATH']}",
        "LONGREAD_FILES": f"{scratch}/files",
        "LONGREAD_HOME": f"{scratch}/home",
        "LONGREAD_JARS": f"{scratch}/jars",
    }

    def run() -> subprocess.CompletedProcess:
        script = FILES / "install-tornadovm.sh"
        return subprocess.run(["bash", script], env=environment, capture_output=True, text=True)

    missing = run()
    assert missing.returncode == 1 and "Cannot install: tornadovm.tar.gz" in missing.stderr, missing
    with tarfile.open(scratch / "files/tornadovm.tar.gz", "w:gz") as archive:
        archive.add(scratch / "sdk/tornadovm-5.2.0", "tornadovm-5.2.0")
    (scratch / "files/tornado-options").write_bytes((ROOT / "deploy/tornado-options").read_bytes())
    (scratch / "files/longread.jar").write_bytes(b"jar")
    (scratch / "bin/nvidia-smi").write_text("#!/bin/sh\nexit 9\n")
    (scratch / "bin/nvidia-smi").chmod(0o755)
    options = scratch / "home/tornado.options"
    without = run()
    assert without.returncode == 0 and "no GPU" in without.stdout and options.read_text() == "", without
    (scratch / "bin/nvidia-smi").write_text("#!/bin/sh\necho 'GPU 0: NVIDIA L40S (UUID: GPU-0)'\n")
    done = run()
    assert done.returncode == 0, done.stderr
    text = options.read_text()
    assert f'-Djava.library.path="{scratch}/home/tornadovm/lib"' in text and "tornado-api-5.2.0-jdk21.jar" in text, text
    assert (scratch / "jars/longread.jar").read_bytes() == b"jar"


def main() -> None:
    bundle = check_bundle()
    jobs = sorted(FILES.glob("*.job.yml"))
    for path in jobs:
        check_job(path, bundle["variables"])
    print(f"Databricks: {len(jobs)} jobs have only fields that exist, and arguments that the job takes")
    check_day()
    print("Databricks: day.py tells the day that is over, or the one it is given")
    if len(sys.argv) > 1:
        # Go's classes of letters and digits are not Python's.
        schema = json.loads(re.sub(r"\\\\p\{[LN]\}", r"\\\\w", Path(sys.argv[1]).read_text()))
        for path in [FILES / "databricks.yml", *jobs]:
            jsonschema.validate(yaml.safe_load(path.read_text()), schema)
        print("Databricks: the bundle is valid by the schema of the databricks command")
    else:
        print("Databricks: databricks.yml itself NOT held to its schema: no `databricks` command here")
    with tempfile.TemporaryDirectory() as scratch:
        check_init_script(Path(scratch))
    print("Databricks: the init script installs, leaves a node without a GPU alone, and says what is missing")


main()
