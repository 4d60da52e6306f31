"""Trains a byte-level vocabulary with the reference tokenizers library and records what it learnt.

Run from this directory: python make_text_fixtures.py
Made with tokenizers 0.23.3, Python 3.11. The paragraphs are from "Alice's Adventures in Wonderland"
(public domain) and one line of awkward characters.
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

OUT = Path(__file__).parent.parent / "src/test/resources/text"
SPECIAL = ["<|endoftext|>", "<|user|>", "<|assistant|>", "<|end|>"]
SAMPLES = [
    "Alice had not a moment to think about stopping herself.",
    "12345 + 67.8 = x1y2",
    "tabs\tand\r\nlines\n\n\n  indented   ",
    "naïve café 東京 🙂 👩‍👩‍👧 \u0000 \u00a0 \u2003 \ufeff",
    "<|user|>\nHello<|end|>\n<|assistant|>\nHi!<|end|>",
    "don't WE'LL i've",
    "",
]


def main() -> None:
    texts = json.loads((OUT / "paragraphs.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=700, min_frequency=2, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    state = json.loads(tokenizer.to_str())["model"]
    expected = {
        "special": SPECIAL,
        "vocab": [token for token, _ in sorted(state["vocab"].items(), key=lambda item: item[1])],
        "merges": [merge if isinstance(merge, str) else " ".join(merge) for merge in state["merges"]],
        "samples": [{"text": text, "ids": tokenizer.encode(text).ids} for text in SAMPLES],
    }
    (OUT / "expected.json").write_text(
        json.dumps(expected, ensure_ascii=True, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
