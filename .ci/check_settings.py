"""Every setting in conf/*.spark.conf is one that Spark declares, those of Kubernetes too: TestConfigurations has no
library to ask about these.

    check_settings.py    with a Python that has pyspark
"""

from pathlib import Path

from pyspark.java_gateway import launch_gateway

gateway = launch_gateway()
java = gateway.jvm
loader = java.Thread.currentThread().getContextClassLoader()
java.Class.forName("org.apache.spark.deploy.k8s.Config$", True, loader)
entries = java.org.apache.spark.internal.config.ConfigEntry
asked = 0
for file in sorted(Path("conf").glob("*.spark.conf")):
    for line in file.read_text().splitlines():
        key = line.split(None, 1)[0] if line.startswith("spark.kubernetes.") else ""
        if key:
            asked += 1
            assert entries.findEntry(key) is not None, f"{file}: {key} is no setting of Spark"
assert asked and entries.findEntry("spark.kubernetes.namspace") is None
gateway.shutdown()
print(f"{asked} settings of Kubernetes are Spark's")
