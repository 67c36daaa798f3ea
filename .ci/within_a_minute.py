"""Runs a command and holds it to a minute: of two processors, and of the clock where others leave the machine alone.

    within_a_minute.py NAME COMMAND...    the command's own output goes where it would; the measurement to standard output
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

LIMIT = 60
# What two processors work in it.
LIMIT_OWN = 2 * LIMIT
# Processors that others may keep busy, all together, on a machine that is called quiet.
QUIET = 0.25


def busy_seconds() -> float:
    """Time that all processors have worked since the machine started; nothing of the kind outside Linux."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return float("nan")
    ticks = [int(word) for word in stat.read_text().splitlines()[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def run(name: str, command: list[str], **how) -> subprocess.CompletedProcess:
    """The finished command; ends this program where it failed, and where it took more than a minute."""
    before, started, busy = used(), time.monotonic(), busy_seconds()
    done = subprocess.run(command, **how)
    elapsed, own = time.monotonic() - started, used() - before
    others = (busy_seconds() - busy - own) / elapsed
    if done.returncode != 0:
        print(f"{done.stdout or ''}{done.stderr or ''}FAILED  {name}: ended with {done.returncode}")
        sys.exit(1)
    judged = others < QUIET
    clock = "" if judged else f" (NOT judged by the clock: others kept {others:.1f} processors busy)"
    print(f"{name}: {elapsed:.0f} s, {own:.0f} s of processor time, on {os.cpu_count()} processors{clock}")
    if own > LIMIT_OWN or (judged and elapsed > LIMIT):
        print(f"FAILED  {name}: more than {LIMIT} s")
        sys.exit(1)
    return done


def used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
