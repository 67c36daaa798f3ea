"""The self-contained jar beside a Spark distribution: nothing twice, nothing foreign, class files for JDK 17.

    check_jar.py JAR SPARK_HOME
"""

import glob
import struct
import sys
import zipfile

# Ours, the Python package, and DJL's tokenizers, whose names JNI binds to. All else must be relocated.
OURS = ("org/longread/", "longread/", "ai/djl/", "native/lib/", "META-INF/")
JAVA_17 = 61
NOTICES = [
    "The MIT License",
    "Jonathan Hedley",
    "The above copyright notice and this permission notice shall be included",
    "Copyright (c) 2009 The Go Authors",
    "Redistributions in binary form must reproduce the above",
    "Neither the name of Google Inc.",
]

jar, spark_home = sys.argv[1:]
archive = zipfile.ZipFile(jar)
files = [name for name in archive.namelist() if not name.endswith("/")]

foreign = [name for name in files if not name.startswith(OURS)]
newer = [
    name
    for name in files
    if name.endswith(".class") and not name.startswith("META-INF/versions/") and struct.unpack(">H", archive.read(name)[6:8])[0] > JAVA_17
]
theirs = {}
for other in glob.glob(spark_home + "/jars/*.jar"):
    for name in zipfile.ZipFile(other).namelist():
        theirs.setdefault(name, other)
# Of META-INF only services would clash, and those are lists that add up.
twice = [f"{name} ({theirs[name]})" for name in files if name in theirs and not name.startswith("META-INF/")]

# BSD and MIT want their notices to go with the binary; Apache-2.0 the notices of those who have some.
notices = archive.read("META-INF/THIRD-PARTY.txt").decode() if "META-INF/THIRD-PARTY.txt" in files else ""
unsaid = [words for words in NOTICES if words not in notices]

missing = {"META-INF/LICENSE", "META-INF/THIRD-PARTY.txt", "longread/__init__.py"} - set(files)
print(f"{jar}: {len(files)} files, beside {len(theirs)} of Spark: {len(twice)} twice, {len(foreign)} foreign, {len(newer)} too new")
if twice or foreign or newer or missing or unsaid:
    sys.exit("\n".join(["Wrong:"] + (twice + foreign + newer + sorted(missing) + unsaid)[:20]))
