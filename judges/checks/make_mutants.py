"""Writes cases for `alluvium judge --file`: reference solutions of Python code pairs, and mutants of them.

    python3 judges/checks/make_mutants.py PAIRS... --mutants N > cases.jsonl

PAIRS are files in our pair format (JSON Lines, gzip or not) whose records have `tests`. A reference solution is
labelled true. A mutant flips an operator, is off by one, swaps branches or returns nothing; its label is whether it
passes when it is run directly, as one script with its tests. That runs changed code of others on this machine, without
a sandbox: use it on pairs you trust. Deterministic for a seed.
"""
import argparse
import ast
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile

FLIPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
    ast.Div: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And, ast.In: ast.NotIn,
}
SECONDS = 8
BYTES = 1 << 30


def places(tree):
    """Where a mutation fits: number of the node in walking order, and kind."""
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, (ast.BinOp, ast.AugAssign, ast.BoolOp)) and type(node.op) in FLIPS:
            yield number, "operator"
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in FLIPS:
            yield number, "comparison"
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield number, "off-by-one"
        elif isinstance(node, ast.If) and node.orelse:
            yield number, "swapped-branches"
        elif isinstance(node, ast.Return) and node.value is not None:
            yield number, "returns-nothing"


def mutant(source, number, kind):
    tree = ast.parse(source)
    node = list(ast.walk(tree))[number]
    if kind == "operator":
        node.op = FLIPS[type(node.op)]()
    elif kind == "comparison":
        node.ops[0] = FLIPS[type(node.ops[0])]()
    elif kind == "off-by-one":
        node.value += 1
    elif kind == "swapped-branches":
        node.body, node.orelse = node.orelse, node.body
    else:
        node.value = ast.Constant(None)
    return ast.unparse(tree)


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def passes(code, tests, directory):
    script = code + "\n" + "\n".join(tests)
    try:
        done = subprocess.run([sys.executable, "-c", script], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=SECONDS, preexec_fn=limit, env={"PYTHONHASHSEED": "0"}, cwd=directory)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def read(files):
    for name in files:
        with (gzip.open if name.endswith(".gz") else open)(name, "rt") as lines:
            for line in lines:
                pair = json.loads(line)
                if pair.get("tests") and "class Main" not in pair["tests"][0]:
                    yield pair


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="+")
    parser.add_argument("--mutants", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    pairs = list(read(options.pairs))
    for pair in pairs:
        print(json.dumps({**pair, "answer_text": pair["response"], "label": True}))
    source = random.Random(options.seed)
    source.shuffle(pairs)
    made = 0
    with tempfile.TemporaryDirectory() as directory:
        while made < options.mutants:
            before = made
            for pair in pairs:
                found = list(places(ast.parse(pair["response"])))
                if not found or made == options.mutants:
                    continue
                number, kind = source.choice(found)
                code = mutant(pair["response"], number, kind)
                label = passes(code, pair["tests"], directory)
                print(json.dumps({**pair, "id": "%s#%d-%s" % (pair["id"], made, kind), "answer_text": code, "label": label}))
                made += 1
            if made == before:
                break


if __name__ == "__main__":
    main()
