#!/usr/bin/env bash
# Init script of a cluster on GPUs: TornadoVM, its options for executors, and the job's jar where the system class loader
# finds it (TornadoVM reads kernels there, which job libraries never reach).
#
#   LONGREAD_FILES   folder that holds, from deploy/databricks and the build (see deploy/README.md):
#                    tornadovm.tar.gz   the SDK, of the JDK version that JNAME says
#                    tornado-options    deploy/tornado-options
#                    longread.jar       job/runtime/target/longread-spark-runtime-*.jar
#   LONGREAD_DEVICE_MEMORY   see deploy/tornado-options
#
# Fails the node where something is missing. On one without a GPU, such as a driver, only the jar is put in place, and an
# empty file of options, so that the same settings start there.
set -euo pipefail

target=${LONGREAD_HOME:-/opt/longread}
jars=${LONGREAD_JARS:-/databricks/jars}
files=${LONGREAD_FILES:-}

fail() {
  printf 'install-tornadovm: %s\n' "$1" >&2
  exit 1
}

for name in tornadovm.tar.gz tornado-options longread.jar; do
  [[ -r $files/$name ]] || fail "Cannot install: $name is not in LONGREAD_FILES (${files:-not set})"
done
mkdir -p "$target/tornadovm"
cp "$files/longread.jar" "$jars/longread.jar"
: >"$target/tornado.options"
if ! nvidia-smi -L 2>/dev/null | grep -q GPU; then
  echo "install-tornadovm: no GPU on this node, nothing more to install"
  exit
fi
tar -xzf "$files/tornadovm.tar.gz" -C "$target/tornadovm" --strip-components=1
TORNADOVM_HOME=$target/tornadovm bash "$files/tornado-options" >"$target/tornado.options.new"
mv "$target/tornado.options.new" "$target/tornado.options"
echo "install-tornadovm: $(head -n 1 "$target/tornado.options")"
