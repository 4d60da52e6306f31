"""Records what transformers makes of conversations with the chat templates in src/test/resources/chat.

Run from this directory: python make_chat_fixtures.py
Made with Python 3.11, transformers 5.23.0, jinja2 3.1.6, tokenizers 0.23.3. The templates are written
for this project in the forms that public models use; the vocabulary is learnt from the paragraphs of
make_text_fixtures.py and shared, each template adds its special tokens after it.
"""

import datetime
import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from transformers.utils import chat_template_utils

RESOURCES = Path(__file__).parent.parent / "src/test/resources"
OUT = RESOURCES / "chat"
TIME = datetime.datetime(2026, 3, 4, 5, 6, 7)

# template: (bos, eos, more special tokens)
TEMPLATES = {
    "alpaca": ("<s>", "</s>", []),
    "chatml": (None, "<|im_end|>", ["<|im_start|>"]),
    "command-r": ("<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>", [
        "<|START_OF_TURN_TOKEN|>", "<|SYSTEM_TOKEN|>", "<|USER_TOKEN|>", "<|CHATBOT_TOKEN|>"]),
    "constructs": (None, "<|im_end|>", ["<|im_start|>"]),
    "deepseek": ("<|begin▁of▁sentence|>", "<|end▁of▁sentence|>", ["<|User|>", "<|Assistant|>"]),
    "falcon": (None, "<|endoftext|>", []),
    "gemma": ("<bos>", "<eos>", ["<start_of_turn>", "<end_of_turn>"]),
    "llama2": ("<s>", "</s>", []),
    "llama3.1": ("<|begin_of_text|>", "<|eot_id|>", ["<|start_header_id|>", "<|end_header_id|>"]),
    "mistral-v1": ("<s>", "</s>", []),
    "mistral-v3": ("<s>", "</s>", ["[INST]", "[/INST]"]),
    "openchat": ("<s>", "<|end_of_turn|>", []),
    "phi3": ("<s>", "<|endoftext|>", ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]),
    "qwen2.5": (None, "<|im_end|>", ["<|im_start|>"]),
    "qwen3": (None, "<|im_end|>", ["<|im_start|>"]),
    "tools-json": (None, "<|im_end|>", ["<|im_start|>"]),
    "vicuna": ("<s>", "</s>", []),
    "zephyr": ("<s>", "</s>", []),
}

SYSTEM = ("system", "You are a careful assistant.\nAnswer briefly. ")
TURNS = [
    ("user", "What is 7 × 8? "),
    ("assistant", " It is 56.\n"),
    ("user", "And in \"hex\"?\n\tNo 'guess' <b>please</b>\\n."),
    ("assistant", "<think>\n0x38\n</think>\n\n0x38 🙂"),
    ("user", "Say Alice & 東京."),
    ("assistant", "Alice\n\n  & 東京"),
]


def shared_vocabulary() -> Tokenizer:
    texts = json.loads((RESOURCES / "text/paragraphs.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=500, min_frequency=2, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def fold(turns):
    """System text in front of what the user says next, for templates that take none."""
    folded, waiting = [], []
    for role, text in turns:
        if role == "assistant":
            folded.append((role, text))
            continue
        waiting.append(text)
        if role == "user":
            folded.append((role, "\n\n".join(waiting)))
            waiting = []
    return folded


def render(tokenizer, turns, generate: bool) -> str:
    messages = [{"role": role, "content": text} for role, text in turns]
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=generate)


def case(tokenizer, turns, generate: bool) -> dict:
    given = turns
    system = [text for role, text in turns if role == "system"]
    try:
        text = render(tokenizer, turns, generate)
        spoken = [turn for turn in turns if turn[0] != "system"]
        refused = bool(system) and text == render(tokenizer, spoken, generate)
    except Exception as error:  # what a template raises is jinja2.TemplateError
        refused = True
        assert system, error
    if refused:
        given = fold(turns)
        text = render(tokenizer, given, generate)
    messages = [{"role": role, "content": text} for role, text in given]
    ids = tokenizer.apply_chat_template(
        messages, add_generation_prompt=generate, return_dict=False)
    assert ids == tokenizer(text, add_special_tokens=False)["input_ids"]
    return {"turns": turns, "generate": generate, "folded": refused, "text": text, "ids": ids}


def cases(tokenizer) -> list[dict]:
    result = []
    for count in (1, 2, 3, 4, 5, 6):
        for turns in (TURNS[:count], [SYSTEM] + TURNS[:count]):
            result.append(case(tokenizer, turns, turns[-1][0] == "user"))
    return result


def main() -> None:
    class FixedTime(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return TIME

    chat_template_utils.datetime = FixedTime
    vocabulary = shared_vocabulary()
    (OUT / "tokenizer.json").write_text(vocabulary.to_str() + "\n", encoding="utf-8")
    expected = {}
    for name, (bos, eos, more) in TEMPLATES.items():
        special = [token for token in (bos, eos, *more) if token]
        engine = Tokenizer.from_str(vocabulary.to_str())
        engine.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
        texts = {"eos_token": eos} | ({"bos_token": bos} if bos else {})
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=engine, **texts)
        tokenizer.chat_template = (OUT / "templates" / f"{name}.jinja").read_text(encoding="utf-8")
        expected[name] = {"special": special, "settings": texts, "cases": cases(tokenizer)}
    (OUT / "expected.json").write_text(
        json.dumps({"time": TIME.isoformat() + "Z", "templates": expected}, ensure_ascii=True,
                   separators=(",", ":")).replace('{"turns"', '\n{"turns"') + "\n",
        encoding="utf-8")


if __name__ == "__main__":
    main()
