"""Runs the code of a notebook up to its first table as a program of its own: lines of the cell, time and processor time.

    time_cell.py NOTEBOOK
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import time

notebook = pathlib.Path(sys.argv[1]).resolve()
cells = ["".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]
last = next(number for number, cell in enumerate(cells) if ".show(" in cell)
lines = [line for line in cells[last].splitlines() if line.strip()]
assert len(lines) <= 5, lines

started = time.monotonic()
# Waits for Spark's JVM, so that its processor time counts.
ended = "\nspark.stop()\nspark.sparkContext._gateway.proc.stdin.close()\nspark.sparkContext._gateway.proc.wait()\n"
program = "\n".join(cells[: last + 1]) + ended
run = subprocess.run([sys.executable, "-c", program], cwd=notebook.parent, capture_output=True, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
elapsed, used = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
if run.returncode != 0 or "|" not in run.stdout:
    sys.exit(run.stdout + run.stderr)
print(f"{notebook.name}: {len(lines)} lines to a table, {elapsed:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processor time, on {os.cpu_count()} processors")
