#!/usr/bin/env bash
# Builds what is published twice, in two folders of different names, and compares: jars, poms, sources, bills of materials.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=$PWD/target/ci/reproducible
rm -rf "$folder"

# What a person would get from a clone; uncommitted changes come along.
build() {
  mkdir -p "$folder/$1/longread"
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$folder/$1/longread"
  (cd "$folder/$1/longread" && umask "$2" &&
    mvn -B -ntp -q -Prelease -Dmaven.test.skip=true -Dmaven.install.skip=true deploy "-DaltDeploymentRepository=local::file://$folder/$1/repository")
  # Maven's own metadata say when; poms and their checksums are compared with the rest.
  (cd "$folder/$1/repository" && find . -type f ! -name 'maven-metadata.xml*' -exec sha256sum {} + | sort -k 2) >"$folder/$1.sha256"
}

build one 022
sleep 2
build another/and/deeper 002
mv "$folder/another/and/deeper.sha256" "$folder/another.sha256"
diff "$folder/one.sha256" "$folder/another.sha256"
repository=$folder/one/repository/org/longread
for artifact in longread-spark-4.2_2.13 longread-spark-runtime-4.2_2.13; do
  bill=$(ls "$repository/$artifact"/*/*-cyclonedx.json)
  python3 -c 'import json, sys; print(sys.argv[1], "names", len(json.load(open(sys.argv[1]))["components"]), "libraries")' "$bill"
done | sed "s:$repository/::"
# What the list of licences names is in the runtime jar's bill, and nothing of the bill is missing from the list.
python3 - job/runtime/THIRD-PARTY.txt "$repository"/longread-spark-runtime-*/*/*-cyclonedx.json <<'PYTHON'
import json, re, sys

listed = {tuple(found.split(":")) for found in re.findall(r"[\w.-]+:[\w.-]+:\d[\w.-]*", open(sys.argv[1]).read())}
purls = [part["purl"] for part in json.load(open(sys.argv[2]))["components"]]
billed = {tuple(re.fullmatch(r"pkg:maven/(.*)/(.*)@(.*?)(\?.*)?", purl).groups()[:3]) for purl in purls}
billed = {coordinate for coordinate in billed if coordinate[0] not in ("org.longread", "com.fasterxml.jackson.core")}
assert listed and listed == billed, sorted(listed ^ billed)
print(f"{len(listed)} libraries in the list of licences and in the bill of materials")
PYTHON
# Spark and the rest of the platform are provided: a pom that asked for them would bring a second Spark.
if grep -l -A 4 '<groupId>org.apache.spark' "$repository"/longread-spark-runtime-*/*/*.pom; then
  echo "The runtime jar's pom names Spark." >&2
  exit 1
fi
echo "$(wc -l <"$folder/one.sha256") files built twice, the same bytes"
