#!/usr/bin/env bash
# Small things under deploy/ and notebooks/: every script parses, links of the READMEs lead somewhere, gpu-discovery tells what
# nvidia-smi says, the picture and the lines of JSON are what they claim to be.
#
#   check_files.sh PYTHON SHELLCHECK    any Python 3; shellcheck, or "" to leave it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
shellcheck=${2:-}
folder=target/ci/files
rm -rf "$folder" && mkdir -p "$folder"

mapfile -t scripts < <(git ls-files deploy notebooks .ci | while read -r file; do
  head -c 40 "$file" | grep -aq '^#!.*bash' && echo "$file" || true
done)
for script in "${scripts[@]}"; do
  bash -n "$script"
  [[ -x $script ]] || { echo "FAILED  $script cannot be executed" && exit 1; }
done
if [[ -n $shellcheck ]]; then
  "$shellcheck" -S warning "${scripts[@]}"
else
  echo "No shellcheck: scripts are parsed, and NOT looked at closely."
fi
mapfile -t sources < <(git ls-files 'deploy/*.py' 'notebooks/*.py')
"$python" - "$folder" "${sources[@]}" <<'PYTHON'
import py_compile, sys
for file in sys.argv[2:]:
    py_compile.compile(file, cfile=f"{sys.argv[1]}/compiled", doraise=True)
PYTHON
echo "${#scripts[@]} scripts parse"

# The Python package is of the version of the jars.
pom=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' pom.xml | head -n 1)
package=$(sed -n 's/^version = "\(.*\)"$/\1/p' deploy/python/pyproject.toml)
[[ -n $pom && $package == "$pom" ]] || { echo "FAILED  deploy/python/pyproject.toml is of version $package (pom.xml: $pom)" && exit 1; }

# What Spark is told of the GPUs that nvidia-smi lists.
discover() {
  printf '#!/bin/sh\n%s\n' "$1" >"$folder/nvidia-smi"
  chmod +x "$folder/nvidia-smi"
  local told
  told=$(PATH=$PWD/$folder:$PATH deploy/gpu-discovery)
  [[ $told == "$2" ]] || { echo "FAILED  gpu-discovery: $told (expected $2)" && exit 1; }
}
discover "printf '0\n1\n'" '{"name": "gpu", "addresses": ["0", "1"]}'
discover 'echo "No devices were found"; exit 6' '{"name": "gpu", "addresses": []}'
[[ $(PATH=/usr/bin:/bin deploy/gpu-discovery | "$python" -c 'import json, sys; print(json.load(sys.stdin)["name"])') == gpu ]]
echo "gpu-discovery: two GPUs, none, and no nvidia-smi"

# device_twin.py on a line as `bench --backend tornado` writes it, where there is a PyTorch.
if "$python" -c 'import torch' 2>/dev/null; then
  cat >"$folder/device.jsonl" <<'JSON'
{"preset": "ci", "tokens": 256, "rows": 4, "part": "select", "index_heads": 2, "index_dim": 8, "top_k": 16, "flops": 36864, "kernel_ms": 1.0}
{"preset": "ci", "tokens": 256, "rows": 4, "part": "attend", "heads": 2, "latent": 16, "rope": 8, "top_k": 16, "flops": 9000, "kernel_ms": 1.0}
JSON
  "$python" deploy/bench/device_twin.py "$folder/device.jsonl" --rounds 1 | grep -c '^ci ' | grep -qx 2
  echo "device_twin.py: two lines"
else
  echo "No PyTorch: deploy/bench/device_twin.py is compiled, and NOT run."
fi

# Pages: deploy/README.md, deploy/demo/*.md, notebooks/README.md and the rest name only files that are there.
mapfile -t pages < <(git ls-files README.md 'deploy/*.md' 'notebooks/*.md')
"$python" - "${pages[@]}" <<'PYTHON'
import json, re, sys
from pathlib import Path
from xml.etree import ElementTree

missing = []
for page in map(Path, sys.argv[1:]):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target and not (page.parent / target).exists():
            missing.append(f"{page}: {target}")
assert not missing, missing
lines = [json.loads(line) for line in Path("deploy/demo/needle-dev.jsonl").read_text().splitlines()]
assert lines and all(isinstance(line, dict) for line in lines)
assert ElementTree.parse("deploy/bench/cost-by-position.svg").getroot().tag.endswith("svg")
print(f"{len(sys.argv) - 1} pages lead somewhere, {len(lines)} lines of needle-dev.jsonl parse")
PYTHON
