"""Makes the parity fixtures: tiny random models of each family and what PyTorch, transformers and PEFT calculate with them.

Run from this directory: python make_fixtures.py. Writes ../src/test/resources/parity. See README.md for versions.
"""

import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import (
    AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config)

ROOT = Path(__file__).resolve().parent.parent / "src/test/resources/parity"
GREEDY, MARGIN = 200, 1e-3  # tokens, smallest distance of the two largest logits
LEARNING_RATE, BETAS, EPS, DECAY, CLIP, STEPS = 1e-2, (0.9, 0.99), 1e-4, 0.1, 0.5, 3
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

DEFAULT_ROPE = {"rope_type": "default", "rope_theta": 10000.0}

# name: configuration, and the spelling of its config.json: of transformers 5, or of 4
MODELS = {
    "llama-gqa-tied": (LlamaConfig(
        vocab_size=96, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=True, rope_parameters=DEFAULT_ROPE, rms_norm_eps=1e-5,
        max_position_embeddings=256), 5),
    "llama-untied": (LlamaConfig(
        vocab_size=80, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, head_dim=24, tie_word_embeddings=False,
        rope_parameters={"rope_type": "default", "rope_theta": 500000.0}, rms_norm_eps=1e-6,
        max_position_embeddings=256), 4),
    # the rotary wavelengths of heads of 16 lie on both sides of both bounds and between them
    "llama-scaled-biased": (LlamaConfig(
        vocab_size=72, hidden_size=32, intermediate_size=40, num_hidden_layers=3, num_attention_heads=2,
        num_key_value_heads=1, tie_word_embeddings=True, attention_bias=True, mlp_bias=True,
        rope_parameters={
            "rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 64},
        rms_norm_eps=1e-5, max_position_embeddings=512), 4),
    "mistral-window": (MistralConfig(
        vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, head_dim=12, sliding_window=5, tie_word_embeddings=False,
        rope_parameters=DEFAULT_ROPE, rms_norm_eps=1e-5, max_position_embeddings=256), 4),
    "mistral-tied": (MistralConfig(
        vocab_size=70, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3,
        num_key_value_heads=1, sliding_window=None, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, rms_norm_eps=1e-6,
        max_position_embeddings=256), 5),
    "qwen2-tied": (Qwen2Config(
        vocab_size=90, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, use_sliding_window=False, sliding_window=4, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, rms_norm_eps=1e-6,
        max_position_embeddings=256), 4),
    "qwen2-window": (Qwen2Config(
        vocab_size=66, hidden_size=24, intermediate_size=32, num_hidden_layers=3, num_attention_heads=2,
        num_key_value_heads=2, use_sliding_window=True, sliding_window=4, max_window_layers=1,
        tie_word_embeddings=False, rope_parameters=DEFAULT_ROPE, rms_norm_eps=1e-5,
        max_position_embeddings=256), 4),
    "qwen3-tied": (Qwen3Config(
        vocab_size=84, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=16, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, rms_norm_eps=1e-6,
        max_position_embeddings=256), 5),
    "qwen3-window-biased": (Qwen3Config(
        vocab_size=60, hidden_size=32, intermediate_size=40, num_hidden_layers=3, num_attention_heads=2,
        num_key_value_heads=1, head_dim=20, attention_bias=True, use_sliding_window=True, sliding_window=6,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        tie_word_embeddings=False, rope_parameters=DEFAULT_ROPE, rms_norm_eps=1e-5,
        max_position_embeddings=256), 5),
}


def randomise(model):
    """Weights large enough that every part of the model matters, norms and biases included; bfloat16 holds them, as it
    holds those of published models."""
    with torch.no_grad():
        for n, p in model.named_parameters():
            if n.endswith(".bias"):
                p.normal_(0, 0.5)
            elif p.dim() == 1:
                p.uniform_(0.5, 1.5)
            else:
                p.normal_(0, 0.25)
            p.copy_(p.bfloat16())


def examples(vocab):
    """Two sequences of different length; the mask marks the ids that are trained, never the first."""
    ids = [torch.randint(vocab, (13,)).tolist(), torch.randint(vocab, (9,)).tolist()]
    trained = [[0] * 5 + [1] * 8, [0] * 4 + [1, 1, 0, 1, 1]]
    return ids, trained


def mean_loss(model, ids, trained):
    """Cross entropy over all trained ids of the batch, each sequence on its own: no padding can interfere."""
    total, count = 0.0, 0
    for row, mask in zip(ids, trained):
        logits = model(torch.tensor([row])).logits[0, :-1].float()
        nll = torch.nn.functional.cross_entropy(logits, torch.tensor(row[1:]), reduction="none")
        weight = torch.tensor(mask[1:], dtype=torch.float32)
        total = total + (nll * weight).sum()
        count += int(weight.sum())
    return total / count


def plain(name):
    return name.replace(".default.weight", ".weight")


def train(model, ids, trained, prefix, tensors, numbers):
    """One gradient, then STEPS of clipped AdamW; matrices decay, vectors do not."""
    named = [(plain(n), p) for n, p in model.named_parameters() if p.requires_grad]
    matrices = [p for _, p in named if p.dim() > 1]
    vectors = [p for _, p in named if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}],
        lr=LEARNING_RATE, betas=BETAS, eps=EPS)
    losses, norms = [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = mean_loss(model, ids, trained)
        loss.backward()
        if step == 0:
            tensors.update({f"{prefix}.gradient.{n}": p.grad.clone() for n, p in named})
        norms.append(float(torch.nn.utils.clip_grad_norm_([p for _, p in named], CLIP)))
        losses.append(float(loss.detach()))
        optimizer.step()
    tensors.update({f"{prefix}.stepped.{n}": p.detach().clone() for n, p in named})
    numbers[prefix] = {"losses": losses, "gradientNorms": norms}


def continuation(model, vocab):
    """A greedy continuation of GREEDY tokens that is beyond doubt: no two logits come near each other at the top."""
    for _ in range(200):
        prompt = torch.randint(vocab, (1, 5))
        out = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=GREEDY, do_sample=False, eos_token_id=None,
            pad_token_id=0, output_logits=True, return_dict_in_generate=True)
        top = torch.stack(out.logits)[:, 0].topk(2).values
        margin = float((top[:, 0] - top[:, 1]).min())
        if margin >= MARGIN:
            return {"prompt": prompt[0].tolist(), "ids": out.sequences[0, 5:].tolist(), "margin": margin}
    raise RuntimeError("no clear continuation found")


def relative(actual, wanted):
    return float((actual.float() - wanted).norm() / wanted.norm())


def bfloat16_errors(directory, ids, trained, tensors, loss):
    """How far transformers and PEFT in bfloat16 are from their own float32: relative L2 distances."""
    model = AutoModelForCausalLM.from_pretrained(directory, attn_implementation="eager", dtype=torch.bfloat16)
    sequence = torch.tensor([ids[0]])
    with torch.no_grad():
        base = relative(model(sequence).logits[0], tensors["base.logits"])
        model = PeftModel.from_pretrained(model, directory / "adapter", is_trainable=True)
        adapted = relative(model(sequence).logits[0], tensors["adapted.logits"])
    actual = mean_loss(model, ids, trained)
    actual.backward()
    gradients = [relative(p.grad, tensors[f"lora.gradient.{plain(n)}"])
                 for n, p in model.named_parameters() if p.requires_grad]
    return {"base": base, "adapted": adapted, "loss": abs(float(actual.detach()) / loss - 1),
            "gradient": sum(gradients) / len(gradients)}


def spell_as_transformers_4(directory):
    """rope_theta beside rope_scaling, and torch_dtype; no layer_types, which 4 wrote for few families."""
    config = json.loads((directory / "config.json").read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = rope if rope["rope_type"] != "default" else None
    config["torch_dtype"] = config.pop("dtype")
    config.pop("layer_types", None)
    (directory / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def save_model(model, directory, spelling):
    shutil.rmtree(directory, ignore_errors=True)
    model.save_pretrained(directory)
    (directory / "generation_config.json").unlink(missing_ok=True)
    if spelling == 4:
        spell_as_transformers_4(directory)


def save_adapter(model, directory):
    model.save_pretrained(directory)
    (directory / "README.md").unlink(missing_ok=True)
    settings = json.loads((directory / "adapter_config.json").read_text())
    settings["target_modules"].sort()  # a set: its order differs from run to run
    (directory / "adapter_config.json").write_text(json.dumps(settings, indent=2) + "\n")


def make(name, config, spelling):
    torch.manual_seed(20)
    directory = ROOT / name
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    randomise(model)
    save_model(model, directory, spelling)

    ids, trained = examples(config.vocab_size)
    tensors, numbers = {}, {"ids": ids, "trained": trained}
    with torch.no_grad():
        tensors["base.logits"] = model(torch.tensor([ids[0]])).logits[0].clone()
        numbers["greedy"] = continuation(model, config.vocab_size)

    adapted = get_peft_model(model, LoraConfig(
        r=4, lora_alpha=8, target_modules=PROJECTIONS, lora_dropout=0.0, task_type="CAUSAL_LM"))
    with torch.no_grad():
        for n, p in adapted.named_parameters():
            if "lora_" in n:
                p.normal_(0, 0.2)
    save_adapter(adapted, directory / "adapter")
    with torch.no_grad():
        tensors["adapted.logits"] = adapted(torch.tensor([ids[0]])).logits[0].clone()
    train(adapted, ids, trained, "lora", tensors, numbers)

    model = AutoModelForCausalLM.from_pretrained(directory, attn_implementation="eager", dtype=torch.float32)
    train(model, ids, trained, "full", tensors, numbers)
    numbers["bfloat16"] = bfloat16_errors(directory, ids, trained, tensors, numbers["lora"]["losses"][0])

    save_file({k: v.contiguous() for k, v in tensors.items()}, str(directory / "expected.safetensors"))
    numbers["adamw"] = dict(learningRate=LEARNING_RATE, beta1=BETAS[0], beta2=BETAS[1], eps=EPS,
                            weightDecay=DECAY, clip=CLIP, steps=STEPS)
    (directory / "expected.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, (config, spelling) in MODELS.items():
        make(name, config, spelling)
