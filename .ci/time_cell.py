"""Runs the code of a notebook up to its first table as a program of its own: five lines at most, in a minute at most.

    time_cell.py NOTEBOOK
"""

import json
import os
import pathlib
import sys

import within_a_minute

notebook = pathlib.Path(sys.argv[1]).resolve()
cells = ["".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]
last = next(number for number, cell in enumerate(cells) if ".show(" in cell)
lines = [line for line in cells[last].splitlines() if line.strip()]
assert len(lines) <= 5, lines

# Waits for Spark's JVM, so that its processor time counts.
ended = "\nspark.stop()\nspark.sparkContext._gateway.proc.stdin.close()\nspark.sparkContext._gateway.proc.wait()\n"
program = "\n".join(cells[: last + 1]) + ended
environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
done = within_a_minute.run(
    f"{notebook.name}, {len(lines)} lines to a table",
    [sys.executable, "-c", program],
    cwd=notebook.parent,
    env=environment,
    capture_output=True,
    text=True,
)
assert "|" in done.stdout, done.stdout + done.stderr
