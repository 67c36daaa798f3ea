"""deploy/container, as far as it goes without an engine.

    check_container.py SPARK_HOME    a Spark distribution, in place of the base image

What is copied exists and is not ignored, nothing else is sent to the engine, and what is run runs in a folder laid out
as the image. (hadolint, beside this, reads the file as an engine does.)
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "deploy/container/Containerfile"


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", FILE.read_text())
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def sent() -> list[str]:
    """Files the engine is sent: the last pattern that matches a file or a folder above it decides."""
    patterns = FILE.with_name(FILE.name + ".dockerignore").read_text().splitlines()
    rules = [(p.lstrip("!").rstrip("/"), not p.startswith("!")) for p in patterns if p and not p.startswith("#")]
    files = []
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for name in [*filter(None, tracked), *(str(p.relative_to(ROOT)) for p in (ROOT / "job/runtime/target").glob("*.jar"))]:
        ignored = False
        for pattern, ignores in rules:
            if fnmatch(name, pattern) or name.startswith(pattern + "/"):
                ignored = ignores
        if not ignored:
            files.append(name)
    return files


def copy(words: list[str], image: Path, context: list[str]) -> None:
    *sources, target = words
    for source in sources:
        files = [name for name in context if name == source.rstrip("/") or name.startswith(source.rstrip("/") + "/")]
        assert files, f"COPY {source}: no such file, or it is ignored"
        for name in files:
            inside = target + (name.removeprefix(source) if source.endswith("/") else Path(name).name)
            to = image / (inside if target.endswith("/") else target).lstrip("/")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to)


def main() -> None:
    spark_home = sys.argv[1]
    context = sent()
    allowed = ("conf/", "deploy/gpu-discovery", "deploy/tornado-options", "job/runtime/target/")
    assert all(name.startswith(allowed) for name in context), context
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder)
        ran = 0
        for name, rest in instructions():
            if name == "COPY" and not rest.startswith("--from="):
                copy(rest.split(), image, context)
            elif name == "RUN" and rest.startswith("["):
                command = [word.replace("/opt/longread", f"{image}/opt/longread") for word in json.loads(rest)]
                command[0] = command[0].replace("/opt/spark", spark_home)
                done = subprocess.run(command, env=os.environ | {"SPARK_HOME": spark_home}, capture_output=True, text=True)
                assert done.returncode == 0 and "longread" in done.stdout.lower(), (done.stdout, done.stderr)
                ran += 1
            elif name == "RUN":  # of the GPU's image: the SDK is named, and missing here
                script = re.sub(r"(/opt/)", rf"{shlex.quote(str(image))}\1", rest)
                done = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
                assert done.returncode == 2 and "Invalid TORNADOVM_HOME" in done.stderr, done.stderr
                ran += 1
        assert ran == 2, ran
        inside = sorted(str(p.relative_to(image)) for p in image.rglob("*") if p.is_file())
    # What deploy/kubernetes and conf/ name is there.
    named = set()
    for file in [*(ROOT / "deploy/kubernetes").iterdir(), *(ROOT / "conf").glob("kubernetes-*")]:
        named |= set(re.findall(r"/opt/longread/([\w./-]*\w)", file.read_text().replace("$variant", "cpu")))
    named -= {"tornado.options"}  # written when the GPU's image is built
    missing = [name for name in named if f"opt/longread/{name}" not in inside]
    assert not missing, (missing, inside)
    print(f"Container: {len(inside)} files copied, {ran} commands run, nothing else is sent, {len(named)} named paths are there")


main()
