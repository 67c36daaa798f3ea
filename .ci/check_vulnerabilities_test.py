"""That the check of vulnerabilities can fail: check_vulnerabilities_test.py, in a Python that has univers."""

import contextlib
import io
import json
import os
import tempfile
import zipfile
from pathlib import Path

import check_vulnerabilities as check

RANGES = [
    ([{"introduced": "0"}, {"fixed": "1.10"}], {"1.9": True, "1.10-rc1": True, "1.10": False, "2.0": False}),
    ([{"introduced": "1.2"}, {"last_affected": "1.3"}], {"1.1": False, "1.2": True, "1.3": True, "1.3.1": False}),
    ([{"introduced": "1"}, {"fixed": "2"}, {"introduced": "3"}, {"fixed": "4"}], {"1.5": True, "2": False, "3.1": True}),
    ([{"introduced": "2.0"}, {"fixed": "2.1-jre"}], {"2.0-SNAPSHOT": False, "2.0": True, "2.1-jre": False}),
]
for events, cases in RANGES:
    for version, expected in cases.items():
        assert check.within(events, version) == expected, (events, version)

with tempfile.TemporaryDirectory() as folder:
    bom, database = Path(folder, "bom.json"), Path(folder, "all.zip")
    bom.write_text(json.dumps({"components": [{"group": "a.b", "name": "c", "version": "1.9"}]}))
    package = {"ecosystem": "Maven", "name": "a.b:c"}
    made = {
        "GHSA-bad": {"affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": RANGES[0][0]}]}]},
        "GHSA-listed": {"affected": [{"package": package, "versions": ["1.9"]}]},
        "GHSA-mended": {"affected": [{"package": package, "versions": ["1.8"]}]},
        "GHSA-withdrawn": {"affected": [{"package": package, "versions": ["1.9"]}], "withdrawn": "2026-01-01T00:00:00Z"},
        "GHSA-other": {"affected": [{"package": {"ecosystem": "Maven", "name": "a.b:d"}, "versions": ["1.9"]}]},
        "PYSEC-same-name": {"affected": [{"package": {"ecosystem": "PyPI", "name": "a.b:c"}, "versions": ["1.9"]}]},
    }
    with zipfile.ZipFile(database, "w") as zipped:
        for identifier, advisory in made.items():
            zipped.writestr(identifier + ".json", json.dumps({"id": identifier, **advisory}))
    os.environ["OSV_DATABASE"] = str(database)
    check.ACCEPTED = Path(folder, "accepted.txt")
    for lines, expected in [
        ("", True),
        ("GHSA-bad 2999-01-01 unreachable", True),
        ("GHSA-bad 2999-01-01 unreachable\nGHSA-listed 2999-01-01 unreachable", False),
        ("GHSA-bad 2020-01-01 was unreachable\nGHSA-listed 2999-01-01 unreachable", True),
    ]:
        check.ACCEPTED.write_text("# lines\n" + lines)
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                check.main(bom)
        except SystemExit as end:
            assert end.code == expected, (lines, said.getvalue())
        assert "1 libraries checked, 2 known vulnerabilities" in said.getvalue(), said.getvalue()
print("the check of vulnerabilities finds what is made for it, and nothing else")
