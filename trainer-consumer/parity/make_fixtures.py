"""Makes the parity fixtures: tiny random Llama models and what PyTorch, transformers and PEFT calculate with them.

Run from this directory: python make_fixtures.py. Writes ../src/test/resources/parity. See README.md for versions.
"""

import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = Path(__file__).resolve().parent.parent / "src/test/resources/parity"
LEARNING_RATE, BETAS, EPS, DECAY, CLIP, STEPS = 1e-2, (0.9, 0.99), 1e-8, 0.1, 0.5, 3
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

MODELS = {
    "llama-gqa-tied": dict(
        vocab_size=96, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        rms_norm_eps=1e-5, max_position_embeddings=64),
    "llama-untied": dict(
        vocab_size=80, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, head_dim=24, tie_word_embeddings=False,
        rope_parameters={"rope_type": "default", "rope_theta": 500000.0}, rms_norm_eps=1e-6,
        max_position_embeddings=64),
}


def randomise(model):
    """Weights large enough that every part of the model matters, norms included."""
    with torch.no_grad():
        for p in model.parameters():
            if p.dim() == 1:
                p.uniform_(0.5, 1.5)
            else:
                p.normal_(0, 0.25)


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


def make(name, settings):
    torch.manual_seed(20)
    directory = ROOT / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    model = LlamaForCausalLM(LlamaConfig(**settings, attn_implementation="eager")).eval()
    randomise(model)
    model.save_pretrained(directory)
    (directory / "generation_config.json").unlink(missing_ok=True)
    if name == "llama-untied":  # the older spelling of the rotary base
        config = json.loads((directory / "config.json").read_text())
        config["rope_theta"] = config.pop("rope_parameters")["rope_theta"]
        (directory / "config.json").write_text(json.dumps(config, indent=2) + "\n")

    ids, trained = examples(settings["vocab_size"])
    tensors, numbers = {}, {"ids": ids, "trained": trained}
    with torch.no_grad():
        tensors["base.logits"] = model(torch.tensor([ids[0]])).logits[0].clone()
        greedy = model.generate(torch.tensor([ids[0][:5]]), max_new_tokens=8, do_sample=False, eos_token_id=None)
        numbers["greedy"] = greedy[0, 5:].tolist()

    adapted = get_peft_model(model, LoraConfig(
        r=4, lora_alpha=8, target_modules=PROJECTIONS, lora_dropout=0.0, task_type="CAUSAL_LM"))
    with torch.no_grad():
        for n, p in adapted.named_parameters():
            if "lora_" in n:
                p.normal_(0, 0.2)
    adapted.save_pretrained(directory / "adapter")
    (directory / "adapter" / "README.md").unlink(missing_ok=True)
    with torch.no_grad():
        tensors["adapted.logits"] = adapted(torch.tensor([ids[0]])).logits[0].clone()
    train(adapted, ids, trained, "lora", tensors, numbers)

    model = LlamaForCausalLM.from_pretrained(directory, attn_implementation="eager")
    train(model, ids, trained, "full", tensors, numbers)

    save_file({k: v.contiguous() for k, v in tensors.items()}, str(directory / "expected.safetensors"))
    numbers["adamw"] = dict(learningRate=LEARNING_RATE, beta1=BETAS[0], beta2=BETAS[1], eps=EPS,
                            weightDecay=DECAY, clip=CLIP, steps=STEPS)
    (directory / "expected.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, settings in MODELS.items():
        make(name, settings)
