"""Holds the libraries of a bill of materials against known vulnerabilities: check_vulnerabilities.py BOM

Asks osv.dev, or, where OSV_DATABASE names a file, that: OSV's export of one ecosystem, a zip of advisories
(https://osv-vulnerabilities.storage.googleapis.com/Maven/all.zip), which then needs no network. README.md in
this folder has the policy; accepted.txt beside it has what is accepted, and until when.
"""

import datetime
import json
import os
import sys
import urllib.request
import zipfile
from pathlib import Path

ACCEPTED = Path(__file__).with_name("accepted.txt")


def libraries(bom):
    """Maven coordinates as (group:artifact, version), ours left out."""
    parts = [part for part in json.loads(Path(bom).read_text())["components"] if part["group"] != "org.longread"]
    return [(f"{part['group']}:{part['name']}", part["version"]) for part in parts]


def affects(advisory, name, version):
    """Whether an advisory lists a version, or has it in a range, as OSV's schema evaluates them."""
    if "withdrawn" in advisory:
        return False
    for affected in advisory.get("affected", []):
        package = affected.get("package", {})
        if (package.get("ecosystem"), package.get("name")) == ("Maven", name):
            ranges = [r["events"] for r in affected.get("ranges", []) if r["type"] in ("ECOSYSTEM", "SEMVER")]
            if version in affected.get("versions", []) or any(within(events, version) for events in ranges):
                return True
    return False


def within(events, version):
    from univers.versions import MavenVersion

    def parsed(event):
        (bound,) = event.values()
        return MavenVersion("0" if bound == "0" else bound)

    here, inside = MavenVersion(version), False
    # Of events at one version, what ends comes before what begins: [a, b) and [b, c) have b.
    known = [event for event in events if set(event) <= {"introduced", "fixed", "last_affected"}]
    for event in sorted(known, key=lambda event: (parsed(event), "introduced" in event)):
        if "introduced" in event and (event["introduced"] == "0" or here >= parsed(event)):
            inside = True
        elif "fixed" in event and here >= parsed(event) or "last_affected" in event and here > parsed(event):
            inside = False
    return inside


def in_database(database, wanted):
    names = {name for name, _ in wanted}
    with zipfile.ZipFile(database) as advisories:
        entries = [entry for entry in advisories.namelist() if entry.endswith(".json")]
        if not entries:
            sys.exit(f"Cannot check vulnerabilities: {database} has no advisories (expected OSV's export, a zip of .json)")
        for entry in entries:
            advisory = json.loads(advisories.read(entry))
            if names.isdisjoint(part.get("package", {}).get("name") for part in advisory.get("affected", [])):
                continue
            for name, version in wanted:
                if affects(advisory, name, version):
                    yield name, version, advisory["id"]


def online(api, wanted):
    queries = [{"package": {"ecosystem": "Maven", "name": name}, "version": version} for name, version in wanted]
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(api + "/v1/querybatch", json.dumps({"queries": queries}).encode(), headers)
    results = json.load(urllib.request.urlopen(request, timeout=20))["results"]
    for (name, version), result in zip(wanted, results):
        for advisory in result.get("vulns", []):
            yield name, version, advisory["id"]


def accepted(today):
    """Identifiers that do not fail, today."""
    lines = [line.split(maxsplit=2) for line in ACCEPTED.read_text().splitlines() if line and line[0] != "#"]
    return {identifier for identifier, until, _ in lines if datetime.date.fromisoformat(until) >= today}


def main(bom):
    wanted = libraries(bom)
    database, api = os.environ.get("OSV_DATABASE"), os.environ.get("OSV_API", "https://api.osv.dev")
    try:
        found = sorted(in_database(database, wanted) if database else online(api, wanted))
    except (OSError, ValueError, KeyError) as reason:
        if database:
            sys.exit(f"Cannot check vulnerabilities: {database}: {reason}")
        print(f"Vulnerabilities NOT checked: cannot ask {api} about {len(wanted)} libraries: {reason}")
        return
    allowed = accepted(datetime.date.today())
    for name, version, identifier in found:
        print(f"{identifier}  {name} {version}{'  (accepted)' if identifier in allowed else ''}")
    print(f"{len(wanted)} libraries checked, {len(found)} known vulnerabilities")
    sys.exit(any(identifier not in allowed for _, _, identifier in found))


if __name__ == "__main__":
    main(sys.argv[1])
