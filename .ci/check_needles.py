"""Share of needle questions a run answered exactly.

    check_needles.py DOCUMENTS.parquet OUTPUT MINIMUM    fails below MINIMUM, a share of 0..1
"""

import glob
import sys

import duckdb
import pyarrow as pa
import pyarrow.ipc as ipc

documents, output, minimum = sys.argv[1], sys.argv[2], float(sys.argv[3])
results = pa.concat_tables([ipc.open_file(file).read_all() for file in sorted(glob.glob(output + "/results/*.arrow"))])
rows = duckdb.sql(
    f"""
    SELECT length(d.text) AS bytes, r.text = d.answers[r.question_index + 1] AS correct
    FROM results r JOIN '{documents}' d ON r.doc_id = d.doc_id
    """
).fetchall()
asked = duckdb.sql(f"SELECT sum(len(questions)) FROM '{documents}'").fetchall()[0][0]
assert len(rows) == asked, (len(rows), asked)
correct = sum(bool(row[1]) for row in rows)
print(f"{output}: {correct} of {asked} answers are exactly right")
sys.exit(0 if correct >= minimum * asked else 1)
