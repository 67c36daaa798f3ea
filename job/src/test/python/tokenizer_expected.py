"""Writes two small tokenizers and what Hugging Face tokenizers makes of hard texts:
python tokenizer_expected.py ../resources/tokenizers

Needs the tokenizers package. "bytes" is built as DeepSeek's and GLM's are: byte-level BPE behind
regular expressions, with added tokens, special and not. "fallback" is built as SentencePiece's
are: BPE over characters, bytes for those it does not know, and a mark for spaces.
"""

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

WORDS = "the quick brown fox jumps over a lazy dog and reads 2048 tokens of 163840 in one pass "
CORPUS = [WORDS * 4, "don't they're we've I'll she'd", "Zahl Größe naïve café déjà vu", "x = y + 1;"]
TEXTS = [
    "",
    " ",
    "a",
    "the quick brown fox",
    "  two  spaces   three ",
    "\t\ttabs\r\nand\n\n\nlines\r",
    "don't they're IT'S",
    "1234567890 3.14159 1e-9",
    "\u00e9 e\u0301 \ufb01 \u212b \u00c5 A\u030a",
    "\u4e2d\u6587\u65e5\u672c\u8a9e\ud55c\uad6d\uc5b4 mixed \u4e2d",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea \u200frtl\u200e",
    "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1eb\U0001f1f7 \U0001f44d\U0001f3fd",
    "\u0000 \u0001\u001f\u007f\u0080\u009f",
    "\u00a0nbsp\u2003em\u3000ideographic\u2028line\u2029",
    "\ufeffbom \ufffd \uffff \ue000 \U000f0000 \U0010ffff",
    "zero\u200bwidth\u2060joiner\u00adhyphen",
    "<s>special</s><s>",
    "<｜User｜>hi<｜Assistant｜></think>",
    " <think> spaced </think> ",
    "<s",
    "<｜User",
    "\u2581marked\u2581words \u2581",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "x" * 40 + " " * 40 + "\n" * 40,
    "\U0001d4d0\U0001d4d1 \u2211\u222b\u221a \u00bd\u00b2",
    "\u0e44\u0e17\u0e22 \u0939\u093f\u0928\u094d\u0926\u0940 \u1275",
    "e" + "\u0301" * 20,
    "<0x41> <unk>",
]


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), "isolated"),
            pre_tokenizers.Split(Regex("[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"), "isolated"),
            pre_tokenizers.Split(
                Regex(r"[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
                "isolated",
            ),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens(["<s>", "</s>", "<｜User｜>", "<｜Assistant｜>"])
    tokenizer.add_tokens([AddedToken("<think>", normalized=False), AddedToken("</think>", normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    return tokenizer


def fallback():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("\u2581", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=500, show_progress=False, special_tokens=pieces)
    tokenizer.train_from_iterator([text.replace(" ", "\u2581") for text in CORPUS], trainer)
    described = json.loads(tokenizer.to_str())
    # The bytes are pieces of the vocabulary, not tokens that a text could spell.
    described["added_tokens"] = described["added_tokens"][:3]
    tokenizer = Tokenizer.from_str(json.dumps(described))
    tokenizer.add_special_tokens(["<｜User｜>", "<｜Assistant｜>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def main(folder):
    for name, tokenizer in {"bytes": byte_level(), "fallback": fallback()}.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        tokenizer.save(str(folder / name / "tokenizer.json"), pretty=False)
        cases = []
        for text in TEXTS:
            coded = tokenizer.encode(text, add_special_tokens=False)
            cases.append(
                {
                    "text": text,
                    "ids": coded.ids,
                    "starts": [start for start, _ in coded.offsets],
                    "ends": [end for _, end in coded.offsets],
                    "decoded": tokenizer.decode(coded.ids, skip_special_tokens=True),
                }
            )
        lines = ",\n".join(json.dumps(case) for case in cases)
        (folder / name / "expected.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
