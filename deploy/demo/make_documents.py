#!/usr/bin/env python3
"""Makes the sample documents of the demo and the Parquet form of needle-dev.jsonl.

    make_documents.py [--text-root DIR] [--out DIR]

Writes documents/part-*.parquet and needle-dev.parquet into DIR (default: the folder of this script).
Needs pyarrow (any recent one) and the Debian packages bible-kjv, bible-kjv-text and dict-jargon, either installed
(--text-root /, the default) or unpacked with `dpkg-deb -x` into --text-root. The same packages give the same rows;
README.md names their versions.

A needle document is running text with 3 to 7 facts set into it, phrased as the demo model was trained:

    The access code of Korvin: 48213.
    Question: What is the access code of Korvin? Answer:     ->  48213.

The text is stored without the question: `text` + one of `questions` is the prompt, ending in "Answer: " with the space.
"""
import argparse
import glob
import gzip
import json
import os
import random
import re
import subprocess
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20260
HERE = os.path.dirname(os.path.abspath(__file__))

# Prompt bytes -> number of documents, per text source.
BIBLE_LENGTHS = {1024: 1, 2048: 3, 4096: 4, 8192: 5, 16384: 3}
JARGON_LENGTHS = {1024: 1, 2048: 2, 4096: 2, 8192: 2, 16384: 1}
QUESTIONS = [1] * 16 + [2] * 5 + [3] * 3  # dealt out to the needle documents at random

PARTS = 3
ROW_GROUP_ROWS = 5

BIBLE_LICENCE = "Public domain (Crown rights apply in the United Kingdom)"
BIBLE_SOURCE = "King James Bible, Debian package bible-kjv-text 4.38"
JARGON_LICENCE = "Public domain"
JARGON_SOURCE = "The Jargon File, version 4.4.7, 29 Dec 2003, Debian package dict-jargon 4.4.7-3.1"

BOOKS = {
    "Col": "Colossians", "1Th": "1 Thessalonians", "2Th": "2 Thessalonians", "1Tim": "1 Timothy", "2Tim": "2 Timothy",
    "Titus": "Titus", "Phmn": "Philemon", "Heb": "Hebrews", "Jas": "James", "1Pet": "1 Peter", "2Pet": "2 Peter",
    "1Jn": "1 John", "2Jn": "2 John", "3Jn": "3 John", "Jude": "Jude", "Rev": "Revelation",
}
VERSE = re.compile(r"(?m)^(\d?[A-Za-z]+)(\d+:\d+) ")
ENTRY = re.compile(r"(?m)(?<=\n\n)(?=\S)(.*)$")

# ---------------------------------------------------------------------------------------------------- text sources


def read_bible(root):
    """The whole King James Bible, one verse per line, each preceded by its reference."""
    out = subprocess.run(
        [os.path.join(root, "usr/bin/bible"), "-f", "-p", os.path.join(root, "usr/lib")],
        input="Genesis1:1-Revelation22:21\n", capture_output=True, text=True, check=True).stdout
    prompt = r"bible\(KJV\) \[[^\]]*\]> "
    return re.split(prompt, out)[1]


def read_jargon(root):
    """The Jargon File's lexicon as the dictionary package stores it, without the index line at its end."""
    with gzip.open(glob.glob(os.path.join(root, "usr/share/dictd/jargon*.dz"))[0]) as f:
        return f.read().decode("utf-8")


def to_ascii(text):
    """The clean-up that the training text of the demo model went through."""
    for a, b in zip("\u2019\u2018\u201c\u201d\u2013\u2014\u2026\u00a0\t", ["'", "'", '"', '"', "-", "-", "...", " ", " "]):
        text = text.replace(a, b)
    text = re.sub(r"[ ]{3,}", "  ", text.encode("ascii", "ignore").decode())
    return re.sub(r"\n{3,}", "\n\n", text)


def held_out(text):
    """The last 5 %, which the demo model was not trained on."""
    return text[int(len(text) * 0.95):]


# ---------------------------------------------------------------------------------------------------- needle documents

ONSET = "b c d f g h j k l m n p r s t v w z br cr dr gr kr pr tr st sh th ch".split()
VOWEL = "a e i o u ai ea ou".split()
CODA = ["", "", "", "n", "r", "l", "s", "m", "t", "k", "nd", "x"]


def reserved(name):
    """True for the tenth of the name space that was kept out of training."""
    return zlib.crc32(name.lower().encode()) % 10 == 0


def make_name(r):
    while True:
        syllables = 2 if r.random() < 0.7 else 3
        name = "".join(r.choice(ONSET) + r.choice(VOWEL) + r.choice(CODA) for _ in range(syllables))
        if 4 <= len(name) <= 9 and reserved(name):
            return name.capitalize()


def distinct(make, r, n):
    found = []
    while len(found) < n:
        x = make(r)
        if x not in found:
            found.append(x)
    return found


def make_code(r):
    return "".join(r.choice("0123456789") for _ in range(r.randint(4, 6)))


def fact(name, code):
    return f"The access code of {name}: {code}. "


def question(name):
    return f"\nQuestion: What is the access code of {name}? Answer: "


class Passages:
    """Hands out passages of a text in order, never the same piece twice, each starting where `start` matches."""

    def __init__(self, text, start, r, needed):
        self.text, self.start, self.r, self.at = text, start, r, 0
        self.gap = (len(text) - needed) // 3  # what the starts cost is left in reserve

    def take(self, length, share):
        begin = self.start.search(self.text, self.at + int(self.r.random() * 2 * self.gap * share)).start()
        end = begin + length
        if end > len(self.text):
            raise ValueError(f"Cannot take {length} bytes at {begin}: the text ends at {len(self.text)}")
        while not self.text[end].isspace():
            end -= 1
        self.at = end
        return self.text[begin:end].rstrip()


def needle_document(r, passages, length, n_questions, share):
    """(text, questions, answers, names, codes): text and its longest question together are at most `length` bytes."""
    n = r.randint(3, 7)
    names, codes = distinct(make_name, r, n), distinct(make_code, r, n)
    asked = r.sample(range(n), n_questions)
    facts = [fact(x, c) for x, c in zip(names, codes)]
    longest = max(len(question(names[i])) for i in asked)
    body = passages.take(length - longest - sum(map(len, facts)), share)
    spaces = [m.end() for m in re.finditer(r"(?<=\S) (?=\S)", body)]  # facts go between two words of a line
    text, done = "", 0
    for at, sentence in zip(sorted(r.sample(spaces, n)), facts):
        text, done = text + body[done:at] + sentence, at
    text += body[done:]
    return text, [question(names[i]) for i in asked], [codes[i] for i in asked], names, codes


def check(text, questions, answers, names, codes, length):
    """Refuses a document whose questions have no single right answer."""
    stated = re.findall(r"The access code of ([A-Z][a-z]{3,8}): (\d{4,6})\. ", text)
    assert stated == list(zip(names, codes)), "the facts are not each stated once, in order"
    assert text.count("access code") == len(names), "the text speaks of other codes"
    assert len(set(names)) == len(names) and all(map(reserved, names)), "names"
    assert all(sum(c in x for x in re.findall(r"\d+", text)) == 1 for c in codes), "a code is found twice"
    asked = [re.fullmatch(r"\nQuestion: What is the access code of (\w+)\? Answer: ", q)[1] for q in questions]
    assert [dict(stated)[n] for n in asked] == answers and len(set(asked)) == len(asked), "questions"
    assert text.isascii() and length - 40 < len(text) + max(map(len, questions)) <= length, "length"


def bible_title(text):
    verses = VERSE.findall(text)
    (b0, v0), (b1, v1) = verses[0], verses[-1]
    return f"{BOOKS[b0]} {v0} to {v1 if b1 == b0 else BOOKS[b1] + ' ' + v1}"


def jargon_title(text):
    entries = ENTRY.findall("\n\n" + text)
    return f"Jargon File, {entries[0]}" + (f" to {entries[-1]}" if len(entries) > 1 else "")


def needle_rows(r, bible, jargon):
    rows, sources = [], (
        (bible, VERSE, BIBLE_LENGTHS, bible_title, BIBLE_LICENCE, BIBLE_SOURCE),
        (jargon, ENTRY, JARGON_LENGTHS, jargon_title, JARGON_LICENCE, JARGON_SOURCE))
    counts = QUESTIONS[:]
    r.shuffle(counts)
    for text, start, lengths, title, licence, source in sources:
        todo = [length for length, n in lengths.items() for _ in range(n)]
        r.shuffle(todo)
        passages = Passages(text, start, r, sum(todo))
        for length in todo:
            d = needle_document(r, passages, length, counts.pop(), 1 / len(todo))
            check(*d, length)
            rows.append(dict(kind="needle", title=f"{title(d[0])}, with {len(d[3])} access codes", text=d[0], questions=d[1],
                             answers=d[2], licence=licence, source=source + "; facts with random names and codes inserted", length=length))
    rows.sort(key=lambda x: x["length"])
    for i, row in enumerate(rows):
        row["doc_id"] = f"needle-{row.pop('length') // 1024:02d}k-{i:02d}"
    return rows


# ---------------------------------------------------------------------------------------------------- real texts


def between(text, first, end):
    """The text from the line that starts with `first` up to the line that starts with `end` (to the last line if None)."""
    a = text.index("\n" + first) + 1
    return text[a:text.index("\n" + end, a) if end else len(text)].rstrip()


def text_rows(bible, jargon):
    """Unmodified texts for scoring and embedding, all of them from the part that the demo model was not trained on."""
    def row(doc_id, title, text, licence, source):
        assert 10_000 < len(text.encode()) < 16_384 and "access code" not in text, (doc_id, len(text))
        return dict(doc_id=doc_id, kind="text", title=title, text=text, questions=[], answers=[], licence=licence, source=source)
    return [
        row("text-james", "The General Epistle of James, complete", between(bible, "Jas1:1 ", "1Pet1:1 "), BIBLE_LICENCE, BIBLE_SOURCE),
        row("text-1-john", "The First Epistle of John, complete", between(bible, "1Jn1:1 ", "2Jn1:1 "), BIBLE_LICENCE, BIBLE_SOURCE),
        row("text-revelation", "Revelation, chapters 19 to 22", between(bible, "Rev19:1 ", None), BIBLE_LICENCE, BIBLE_SOURCE),
        row("text-jargon", "Jargon File, wizard to X", between(jargon, "wizard\n", "XEROX PARC\n"), JARGON_LICENCE, JARGON_SOURCE),
    ]


# ---------------------------------------------------------------------------------------------------- Parquet

STRINGS = pa.list_(pa.string())
DOCUMENTS = pa.schema([
    ("doc_id", pa.string()), ("kind", pa.string()), ("title", pa.string()), ("text", pa.string()), ("questions", STRINGS),
    ("answers", STRINGS), ("licence", pa.string()), ("source", pa.string())])
NEEDLE_DEV = pa.schema([
    ("doc_id", pa.string()), ("text", pa.string()), ("questions", STRINGS), ("answers", STRINGS), ("length", pa.int32()),
    ("depth", pa.float64())])


def write(path, rows, schema, row_group_rows):
    pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=row_group_rows, compression="snappy")
    print(f"{path}: {len(rows)} rows, {os.path.getsize(path)} bytes")


def needle_dev_rows(path):
    """The rows of needle-dev.jsonl with the question split off; `length` is that of the prompt in bytes."""
    with open(path, encoding="utf-8") as f:
        for line in f:
            d = json.loads(line)
            at = d["text"].rindex("\nQuestion: ")
            yield dict(doc_id=d["id"], text=d["text"][:at], questions=[d["text"][at:]], answers=[d["answer"]],
                       length=d["length"], depth=d["depth"])


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--text-root", default="/", help="where the text packages are installed or unpacked (default: %(default)s)")
    args.add_argument("--out", default=HERE, help="folder to write to (default: the folder of this script)")
    args = args.parse_args()

    r = random.Random(SEED)
    bible, raw_jargon = read_bible(args.text_root), read_jargon(args.text_root)
    held_jargon = held_out(to_ascii(raw_jargon))
    held_jargon = held_jargon[held_jargon.index("\n\nwar dialer\n"):held_jargon.rindex("\n\n")]
    rows = needle_rows(r, held_out(to_ascii(bible)), held_jargon) + text_rows(bible, raw_jargon)
    r.shuffle(rows)  # so that every file holds short and long documents

    folder = os.path.join(args.out, "documents")
    os.makedirs(folder, exist_ok=True)
    for i in range(PARTS):
        write(os.path.join(folder, f"part-{i:05d}.parquet"), rows[i::PARTS], DOCUMENTS, ROW_GROUP_ROWS)
    dev = list(needle_dev_rows(os.path.join(HERE, "needle-dev.jsonl")))
    write(os.path.join(args.out, "needle-dev.parquet"), dev, NEEDLE_DEV, 10)


if __name__ == "__main__":
    main()
