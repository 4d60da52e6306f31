"""Runs the judged code and lets the process with the tests call it. Sees neither the tests nor what they expect."""
import ast
import types


def defined(tree):
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((a.asname or a.name).split(".")[0] for a in node.names)
        else:
            names.update(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return names


def choose(readings, wanted):
    """The reading of the text that compiles and defines most of what the tests want; the first of equals."""
    best, found, reason = None, -1, "there is no text"
    for reading in readings:
        try:
            tree = ast.parse(reading)
            code = compile(reading, "candidate", "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as failure:
            reason = reason if best else "%s: %s" % (type(failure).__name__, _text(failure))
            continue
        has = len(wanted & defined(tree))
        if has > found:
            best, found = code, has
    return best, reason


def main():
    wire = Wire(frozenset(OPERATIONS))
    readings = wire.receive()["readings"]
    wire.send({"hello": True})
    wanted = wire.receive()["wanted"]
    code, reason = choose(readings, set(wanted))
    if code is None:
        wire.send({"unreadable": reason})
        return
    module = types.ModuleType("candidate")
    sys.modules["candidate"] = module
    try:
        exec(code, module.__dict__)
    except BaseException as failure:
        wire.send({"broken": "%s: %s" % (type(failure).__name__, _text(failure))})
        return
    wire.send({"names": {n: wire.encode(module.__dict__[n]) for n in wanted if n in module.__dict__}})
    while True:
        wire.answer(wire.receive())


try:
    main()
except Gone:
    pass
