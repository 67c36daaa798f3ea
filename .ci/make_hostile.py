"""Writes documents that try to break out of a page they are shown on.

    make_hostile.py FILE.parquet
"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq

ATTACKS = [
    "<script>window.ran = 1</script>",
    "\"'><img src=x onerror=window.ran=1>",
    "</style></title></mark><svg onload=window.ran=1>",
    "<iframe srcdoc='<script>parent.ran = 1</script>'></iframe>",
    "<meta http-equiv=refresh content='0;url=https://example.invalid/'>",
    "<a href='javascript:window.ran=1' autofocus onfocus=window.ran=1>x</a>",
    "]]> --> <!-- <![CDATA[ &amp; &#60;script&#62;",
    "\u202egnp.exe\u2066\u2067 \u0000\u0007\u001b[31m\u0085\ufeff\ufffe",
    "\u05e9\u05dc\u05d5\u05dd \u200f\u0627\u0644\u0633\u0644\u0627\u0645",
    "Z\u0351\u036b\u0343" + "\u036b\u0343\u0351" * 60 + "algo",
    "\U0001f600" * 400,
    "w" * 3000,
    "/" * 500,
    "style=position:fixed;inset:0 class=skip id=main",
]

rows = [
    {
        "doc_id": attack[:200],
        "text": f"{attack} The access code of Merthok: 13072. {attack} And so it went on. " * 2,
        "questions": ["\nQuestion: What is the access code of Merthok? Answer: ", attack[:300]],
    }
    for attack in ATTACKS
]
rows.append({"doc_id": "<b>null</b>" + "w" * 300, "text": None, "questions": ["a"]})
rows.append({"doc_id": "<i>long</i>", "text": "<script>window.ran = 1</script> " * 1000, "questions": ["a"]})
rows.append({"doc_id": "empty", "text": "", "questions": []})
pq.write_table(pa.Table.from_pylist(rows), sys.argv[1])
