"""Runs the tests against code that lives in another process, and says how they went."""
import ast


def free_names(sources):
    """Names the tests use and do not bind themselves."""
    used, bound = set(), set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Name):
                (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                bound.add(node.name)
            elif isinstance(node, ast.arg):
                bound.add(node.arg)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                bound.update((a.asname or a.name).split(".")[0] for a in node.names)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                bound.add(node.name)
    return used - bound


def top_level(source):
    """Functions and classes that a source defines; nothing when it does not parse."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {n.name for n in body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}


def wanted_names(order):
    """What the tests need of the judged code. A built-in name counts only when gold defines it too: else
    judged code could replace the very functions that the tests compare with."""
    gold = set().union(*[top_level(reading) for reading in order["gold"]])
    free = free_names(order["tests"])
    if order["entry"]:
        free.add(order["entry"])
    return {n for n in free if n in gold or not hasattr(builtins, n)}


def modules_of(order, missing):
    """Modules of the standard library that tests use without importing them, as gold does."""
    return {n: __import__(n) for n in missing if n in sys.stdlib_module_names}


def run(order, scope, counts):
    for number, source in enumerate(order["tests"], 1):
        exec(compile(source, "test %d" % number, "exec"), scope)
        counts["passed"] = number
    calls = {c.func.id for t in order["tests"] for c in ast.walk(ast.parse(t))
             if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)}
    if "check" in scope and "check" not in calls and order["entry"]:
        scope["check"](scope[order["entry"]])
    for name, value in list(scope.items()):
        if name.startswith("test") and name not in calls and callable(value) and not isinstance(value, (type, Remote)):
            value()


def judge(wire, order):
    counts = {"passed": 0}
    total = len(order["tests"])

    def outcome(kind, why):
        return {"verdict": kind, "why": why, "passed": counts["passed"], "total": total}

    try:
        wanted = wanted_names(order)
    except (SyntaxError, ValueError, RecursionError) as failure:
        return outcome("error", "the tests are no Python: %s" % _text(failure))
    try:
        wire.send({"wanted": sorted(wanted)})
        reply = wire.receive()
        if "names" not in reply:
            kind = "unreadable" if "unreadable" in reply else "broken"
            return outcome(kind, str(reply.get(kind)))
        given = {n: wire.decode(v) for n, v in reply["names"].items() if n in wanted}
        scope = {"__name__": "tests", **modules_of(order, wanted - set(given)), **given}
        run(order, scope, counts)
        if wire.gone:
            raise Gone()
        return outcome("passed", "")
    except Gone:
        return outcome("ended", "the code ended its process")
    except BaseException as failure:
        where = "test %d" % (min(counts["passed"] + 1, total))
        return outcome("failed", ("%s: %s: %s" % (where, type(failure).__name__, _text(failure))).rstrip(": "))


def main():
    wire = Wire(frozenset({"call", "iter", "next"}))
    order = wire.receive()
    wire.send(judge(wire, order))


main()
