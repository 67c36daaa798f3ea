"""Executes the Jupyter notebooks of a folder, each in it, and holds what comes out to the outputs they are kept with.

    check_notebooks.py [--write] NOTEBOOK...    --write keeps the new outputs instead

Compared are text and tables; pictures are drawn from times of this very run, so only that there is one. Log lines
(stderr) are dropped. Paths of this machine must not get into what is kept.
"""

import argparse
import pathlib
import re
import sys
import time

import nbformat
from nbclient import NotebookClient

# A person's machine may be slow, a cell that hangs must end.
CELL_SECONDS = 900
START_SECONDS = 300
PICTURES = ("image/png", "image/svg+xml")


def cleaned(outputs):
    """As kept: adjacent texts joined, logs, counters and metadata gone."""
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                continue
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
                continue
        elif output.output_type != "error":
            output.metadata = {}
            if any(kind in output.data for kind in PICTURES):
                output.data.pop("text/plain", None)
            if "execution_count" in output:
                output.execution_count = None
        kept.append(output)
    return kept


def comparable(output):
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return {kind: "a picture" if kind in PICTURES else data for kind, data in output.data.items()}


def executed(path):
    notebook = nbformat.read(path, as_version=4)
    kept = [[comparable(o) for o in cell.get("outputs", [])] for cell in notebook.cells]
    folder = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        notebook, timeout=CELL_SECONDS, startup_timeout=START_SECONDS, resources=folder, kernel_name=notebook.metadata.kernelspec.name
    ).execute()
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = cleaned(cell.outputs)
            cell.execution_count = None
    notebook.metadata = {key: notebook.metadata[key] for key in ["kernelspec"]}
    return notebook, kept


def differences(notebook, kept):
    for number, (cell, before) in enumerate(zip(notebook.cells, kept), 1):
        now = [comparable(o) for o in cell.get("outputs", [])]
        if now != before:
            yield f"cell {number}:\n  kept: {before}\n  now:  {now}"


def check(path, write):
    started = time.monotonic()
    notebook, kept = executed(path)
    text = nbformat.writes(notebook)
    root = pathlib.Path(__file__).resolve().parents[1]
    strangers = re.findall(rf"{re.escape(str(root))}\S*|{re.escape(str(pathlib.Path.home()))}/\S*|/tmp/\S*", text)
    if strangers:
        sys.exit(f"{path}: outputs name paths of this machine: {strangers}")
    if write:
        path.write_text(text + "\n")
    else:
        found = list(differences(notebook, kept))
        if found:
            sys.exit(f"{path}: outputs differ from those kept.\n" + "\n".join(found))
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    print(f"{path}: {cells} cells, {'kept' if write else 'as kept'}, {time.monotonic() - started:.0f} s", flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("--write", action="store_true")
parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
arguments = parser.parse_args()
for notebook in arguments.notebooks:
    check(notebook, arguments.write)
