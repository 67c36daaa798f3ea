"""deploy/kubernetes, as far as it goes without a cluster.

    check_kubernetes.py SPARK_HOME    a Spark distribution

Every field of the operator's files and of the pod templates is held to kubeflow-spark-api, the types that the operator's
makers publish in Python, with Kubernetes' own of pods, containers, volumes and so on. What is said twice, for spark-submit
and for the operator, must be the same. `submit` runs for real, with Spark's own spark-submit, against a double of the API server.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from kubeflow_spark_api import models
from kubeflow_spark_api.models import IoK8sApiCoreV1Pod, SparkV1beta2ScheduledSparkApplication, SparkV1beta2SparkApplication
from kubernetes_double import ApiServer

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / "deploy/kubernetes"
VARIANTS = ("cpu", "gpu")


def one(name: str) -> dict:
    return yaml.safe_load((FILES / name).read_text())


def check_fields(name: str, given: dict, type_: type) -> None:
    """Every field is one of the type: those it does not know it leaves out when it writes what it has read."""
    known = type_.from_dict(given).to_dict()
    assert known == given, f"{name}: {difference(given, known)}"


def difference(given, known, path: str = "") -> list[str]:
    """What is in one and not, or otherwise, in the other."""
    if isinstance(given, dict) and isinstance(known, dict):
        return [line for key in given | known for line in difference(given.get(key), known.get(key), f"{path}.{key}")]
    if isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
        return [line for i, (one, other) in enumerate(zip(given, known)) for line in difference(one, other, f"{path}[{i}]")]
    return [] if given == known else [f"{path} is {given}, the type has {known}"]


def check_types() -> None:
    for variant in VARIANTS:
        for name, type_ in ((f"sparkapplication-{variant}", SparkV1beta2SparkApplication), (f"scheduledsparkapplication-{variant}", SparkV1beta2ScheduledSparkApplication)):
            given = one(name + ".yaml")
            check_fields(name, given, type_)
            # Values that the types leave open, and the operator does not.
            assert given["apiVersion"] == "sparkoperator.k8s.io/v1beta2" and type_.__name__.endswith(given["kind"]), name
            spec = given["spec"].get("template", given["spec"])
            assert (spec["type"], spec["mode"], spec["restartPolicy"]["type"]) == ("Java", "cluster", "OnFailure"), name
            assert given["spec"].get("concurrencyPolicy", "Forbid") == "Forbid", name
            assert all(isinstance(value, str) for value in spec["sparkConf"].values()), name
    for name in ("driver", "executor-cpu", "executor-gpu"):
        check_fields(name, one(name + ".yaml"), IoK8sApiCoreV1Pod)
    documents = list(yaml.safe_load_all((FILES / "account.yaml").read_text()))
    kinds = [document["kind"] for document in documents]
    assert kinds == ["Namespace", "ServiceAccount", "Role", "RoleBinding", "PersistentVolumeClaim"], kinds
    for document in documents:
        if document["apiVersion"] == "v1":  # those of roles are not published
            check_fields("account.yaml", document, getattr(models, "IoK8sApiCoreV1" + document["kind"]))
    check_slips()
    print("Operator's files and pod templates: every field is one of the operator's and Kubernetes' types")


def check_slips() -> None:
    """A slip must show, or all this holds nothing: a field that does not exist, a value of another type, one that is missing."""
    for slip in (
        lambda spec: spec["executor"]["tolerations"][0].update(efect="NoSchedule"),
        lambda spec: spec["driver"].update(memoryy="4g"),
        lambda spec: spec["executor"].update(instances="two"),
        lambda spec: spec["driver"]["initContainers"][0].pop("name"),
    ):
        given = one("sparkapplication-gpu.yaml")
        slip(given["spec"])
        try:
            check_fields("slip", given, SparkV1beta2SparkApplication)
        except (AssertionError, ValueError, TypeError):
            continue
        raise SystemExit(f"FAILED  a slip passed: {given['spec']}")


def properties(path: Path) -> dict:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {key: value.strip() for key, value in (line.split(None, 1) for line in lines)}


def check_said_once(variant: str) -> None:
    """spark-submit's settings and pod templates against the operator's fields; a day's run against a single one."""
    single = one(f"sparkapplication-{variant}.yaml")["spec"]
    daily = one(f"scheduledsparkapplication-{variant}.yaml")["spec"]["template"]
    conf = properties(ROOT / f"conf/kubernetes-{variant}.spark.conf")
    for spec in (single, daily):
        said = dict(spec["sparkConf"])
        said["spark.driver.memory"] = spec["driver"]["memory"]
        said["spark.kubernetes.authenticate.driver.serviceAccountName"] = spec["driver"]["serviceAccount"]
        for field, key in (("instances",) * 2, ("cores",) * 2, ("memory",) * 2, ("memoryOverhead",) * 2):
            said[f"spark.executor.{key}"] = str(spec["executor"][field])
        only = {"spark.kubernetes.namespace", "spark.kubernetes.submission.waitAppCompletion"}
        assert {k: v for k, v in conf.items() if k not in only} == said, (variant, conf, said)
        check_events(variant, spec["driver"]["initContainers"][0], spec, conf)
        for role, template in (("driver", one("driver.yaml")), ("executor", one(f"executor-{variant}.yaml"))):
            pod, fields = template["spec"], spec[role]
            container = pod["containers"][0]
            assert template.get("metadata", {}).get("annotations") == fields.get("annotations")
            assert pod["securityContext"] == fields["podSecurityContext"]
            assert pod["volumes"][0] == spec["volumes"][0]
            assert container["volumeMounts"][0] == fields["volumeMounts"][0]
            assert container.get("env") == fields.get("env")
            for name in ("affinity", "tolerations", "nodeSelector", "terminationGracePeriodSeconds"):
                assert pod.get(name) == fields.get(name), (variant, role, name)
    for field in set(single) - {"arguments", "volumes", "driver"}:
        assert single[field] == daily[field], (variant, field)


def check_events(variant: str, container: dict, spec: dict, conf: dict) -> None:
    """The folder of the event log is made, on the volume that the driver mounts, before Spark wants it."""
    plain = one("driver.yaml")["spec"]["initContainers"][0]
    assert container | {"image": ""} == plain | {"image": ""} and container["image"] == spec["image"], (variant, container)
    assert container["volumeMounts"][0] in spec["driver"]["volumeMounts"]
    with tempfile.TemporaryDirectory() as volume:
        mount = container["volumeMounts"][0]["mountPath"]
        subprocess.run([word.replace(mount, volume + mount) for word in container["command"]], check=True)
        assert Path(volume + conf["spark.eventLog.dir"].removeprefix("file://")).is_dir(), container


def check_day(variant: str, scratch: Path) -> None:
    """What the init container of a day's run writes is a file of options that the job takes."""
    driver = one(f"scheduledsparkapplication-{variant}.yaml")["spec"]["template"]["driver"]
    (day,) = [container for container in driver["initContainers"] if container["name"] == "day"]
    shell, flag, script = day["command"]
    script = script.replace("/day/run.conf", f"{scratch}/run.conf").replace("/opt/longread/conf", f"{ROOT}/conf")
    subprocess.run([shell, flag, script], check=True)
    run = ["deploy/longread", "run", "--config", f"{scratch}/run.conf", "--backend", "scalar", "--model", "deploy/demo/model"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    # All that is wrong with it is that this machine has no such volume.
    assert done.returncode == 2 and "Cannot read input /longread/documents/day=20" in done.stderr, done.stderr


def submit(variant: str, server: ApiServer, spark_home: str, *more: str) -> subprocess.CompletedProcess:
    environment = os.environ | {
        "KUBERNETES_MASTER": server.master,
        "LONGREAD_IMAGE": "registry.example.com/longread:0.1.0",
        "SPARK_HOME": spark_home,
        "LONGREAD_SPARK_SUBMIT_ARGS": " ".join(more),
    }
    command = [FILES / "submit", variant, "--input", "/longread/documents", "--output", "/longread/answers"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)


def check_submit(variant: str, spark_home: str, exit_code: int) -> None:
    with ApiServer(exit_code) as server:
        # A busy machine takes longer to make a pod than Spark's ten seconds.
        patience = [f"--conf spark.kubernetes.submission.{limit}Timeout=120000" for limit in ("connection", "request")]
        done = submit(variant, server, spark_home, *patience)
        assert done.returncode == exit_code, (done.returncode, done.stderr[-3000:])
        (pod,) = server.pods("driver")
        maps = [o for kind, o in server.created if kind == "ConfigMap"]
    container = pod["spec"]["containers"][0]
    text = " ".join(container["args"])
    assert container["image"] == "registry.example.com/longread:0.1.0"
    assert f"local:///opt/longread/longread.jar run --config /opt/longread/conf/kubernetes-{variant}.conf" in text, text
    assert pod["spec"]["serviceAccountName"] == "longread" and pod["spec"]["securityContext"]["runAsUser"] == 185
    assert pod["metadata"]["annotations"]["prometheus.io/path"] == "/metrics/prometheus/"
    assert {"name": "longread", "mountPath": "/longread"} in container["volumeMounts"]
    (events,) = pod["spec"]["initContainers"]
    assert events["image"] == container["image"] and events["command"] == ["mkdir", "-p", "/longread/events"], events
    everything = "\n".join(value for o in maps for value in o["data"].values())
    # Executors' pods are the driver's to make, from the template it is handed.
    assert "spark.plugins=org.longread.job.plugin.LongreadPlugin" in everything
    wanted = "nvidia.com/gpu.present" if variant == "gpu" else "AVX512F"
    assert wanted in everything and "spark-kubernetes-executor" in everything, everything[-2000:]


def main() -> None:
    (spark_home,) = sys.argv[1:]
    for variant in VARIANTS:
        check_said_once(variant)
    check_types()
    for variant, exit_code in (("cpu", 0), ("gpu", 3)):
        with tempfile.TemporaryDirectory() as scratch:
            check_day(variant, Path(scratch))
        check_submit(variant, spark_home, exit_code)
        print(f"submit {variant}: spark-submit made the driver's pod as the files say, and ended with its {exit_code}")


main()
