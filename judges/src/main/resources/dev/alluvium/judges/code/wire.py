"""The line between the process that runs the tests and the one that runs the judged code.

Each side sends lines of JSON. Plain values travel as copies; everything else stays where it is and travels
as a number that the other side can call or ask. So what the judged code sends back is data and nothing else:
an object that claims to be equal to everything never reaches the comparison.
"""
import builtins
import json
import os
import sys
from collections import deque
from decimal import Decimal
from fractions import Fraction

MAX_LINE = 16 << 20
MAX_DEPTH = 150
SMALL = 1 << 53


class Gone(BaseException):
    """The other side has ended. Not an Exception, so that a test's `except Exception` does not hide it."""


class RemoteError(Exception):
    """The other side raised something that is not one of Python's own exceptions."""


def _bare(name):
    return name.startswith("__") and name.endswith("__")


class Remote:
    """An object of the other side. Two are equal when they are the same object there, and never otherwise."""

    def __init__(self, wire, number, name):
        object.__setattr__(self, "_remote", (wire, number, name))

    def _ask(self, operation, *args, **named):
        wire, number, _ = object.__getattribute__(self, "_remote")
        return wire.ask(operation, number, list(args), named)

    def __call__(self, *args, **named):
        return self._ask("call", *args, **named)

    def __getattr__(self, name):
        if _bare(name):
            raise AttributeError(name)
        return self._ask("get", name)

    def __setattr__(self, name, value):
        self._ask("set", name, value)

    def __iter__(self):
        return self._ask("iter")

    def __next__(self):
        return self._ask("next")

    def __len__(self):
        return self._ask("len")

    def __getitem__(self, key):
        return self._ask("item", key)

    def __bool__(self):
        return self._ask("bool") is True

    def __str__(self):
        return self._ask("str")

    def __repr__(self):
        return "<%s>" % object.__getattribute__(self, "_remote")[2]

    def __eq__(self, other):
        return isinstance(other, Remote) and _identity(self) == _identity(other)

    def __hash__(self):
        return hash(_identity(self))


def _identity(remote):
    return object.__getattribute__(remote, "_remote")[1]


OPERATIONS = {
    "call": lambda target, args, named: target(*args, **named),
    "get": lambda target, args, named: getattr(target, args[0]),
    "set": lambda target, args, named: setattr(target, args[0], args[1]),
    "iter": lambda target, args, named: iter(target),
    "next": lambda target, args, named: next(target),
    "len": lambda target, args, named: len(target),
    "item": lambda target, args, named: target[args[0]],
    "bool": lambda target, args, named: bool(target),
    "str": lambda target, args, named: str(target),
}


class Wire:
    """One end. `offers` names what the other side may do with objects that stay here."""

    def __init__(self, offers):
        self._in = os.fdopen(os.dup(0), "rb")
        self._out = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)  # what the code prints is not part of the talk
        self._offers = offers
        self._lent = []
        self._numbers = {}
        self.gone = False

    def receive(self):
        line = self._in.readline(MAX_LINE)
        if not line.endswith(b"\n"):
            self.gone = True
            raise Gone()
        return json.loads(line)

    def send(self, message):
        try:
            self._out.write(json.dumps(message).encode() + b"\n")
            self._out.flush()
        except OSError:
            self.gone = True
            raise Gone() from None

    def ask(self, operation, number, args, named):
        """Lets the other side do something with its object; serves its questions meanwhile."""
        if self.gone:
            raise Gone()
        self.send({"do": operation, "on": number, "args": self.encode(args), "named": self.encode(named)})
        while True:
            message = self.receive()
            if "do" in message:
                self.answer(message)
            elif "failed" in message:
                raise self._exception(*message["failed"])
            else:
                for place, changed in message.get("changed", []):
                    _overwrite(args[place], self.decode(changed))
                return self.decode(message["value"])

    def answer(self, message):
        """Does what the other side asked for with an object that stays here."""
        try:
            operation = message["do"]
            if operation not in self._offers:
                raise PermissionError(operation)
            args = self.decode(message["args"])
            target = self._lent[message["on"]]
            value = OPERATIONS[operation](target, args, self.decode(message["named"]))
            reply = {"value": self.encode(value)}
            if operation == "call":
                after = self.encode(args)
                reply["changed"] = [
                    [place, after[place]]
                    for place, before in enumerate(message["args"])
                    if after[place] != before and isinstance(args[place], (list, dict, set, bytearray))
                ]
        except Gone:
            raise
        except BaseException as failure:
            reply = {"failed": [type(failure).__name__, _text(failure)]}
        self.send(reply)

    def encode(self, value, depth=0):
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -SMALL < value < SMALL else {"t": "int", "v": hex(value)}
        if kind is float:
            return value
        if depth < MAX_DEPTH:
            coded = self._container(value, depth + 1)
            if coded is not None:
                return coded
        if kind is type and getattr(builtins, value.__name__, None) is value:
            return {"t": "type", "v": value.__name__}
        if isinstance(value, Remote):
            return {"t": "yours", "v": _identity(value)}
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._lent)
            self._lent.append(value)
        return {"t": "mine", "v": self._numbers[id(value)], "name": kind.__name__}

    def _container(self, value, depth):
        # Subclasses travel as what they are underneath: a Counter is compared as the dict it is.
        if isinstance(value, list):
            return [self.encode(v, depth) for v in list.__iter__(value)]
        if isinstance(value, tuple):
            return {"t": "tuple", "v": [self.encode(v, depth) for v in tuple.__iter__(value)]}
        if isinstance(value, dict):
            pairs = [[self.encode(k, depth), self.encode(v, depth)] for k, v in dict.items(value)]
            return {"t": "dict", "v": pairs}
        for name, collection in (("set", set), ("frozenset", frozenset), ("deque", deque)):
            if isinstance(value, collection):
                return {"t": name, "v": [self.encode(v, depth) for v in collection.__iter__(value)]}
        if isinstance(value, bool):
            return bool(value)
        if isinstance(value, int):
            return self.encode(int.__add__(value, 0), depth)
        if isinstance(value, float):
            return float.__add__(value, 0.0)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, (bytes, bytearray)):
            return {"t": "bytes" if isinstance(value, bytes) else "bytearray", "v": value.hex()}
        if isinstance(value, complex):
            return {"t": "complex", "v": [value.real, value.imag]}
        if isinstance(value, range):
            return {"t": "range", "v": [value.start, value.stop, value.step]}
        if isinstance(value, Decimal):
            return {"t": "decimal", "v": str(value)}
        if isinstance(value, Fraction):
            return {"t": "fraction", "v": [self.encode(value.numerator), self.encode(value.denominator)]}
        return None

    def decode(self, coded):
        if isinstance(coded, list):
            return [self.decode(v) for v in coded]
        if not isinstance(coded, dict):
            return coded
        if "t" not in coded:
            return {}
        kind, value = coded["t"], coded["v"]
        if kind == "int":
            return int(value, 16)
        if kind == "dict":
            return {self.decode(k): self.decode(v) for k, v in value}
        if kind in ("tuple", "set", "frozenset", "deque"):
            parts = [self.decode(v) for v in value]
            return {"tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque}[kind](parts)
        if kind in ("bytes", "bytearray"):
            return {"bytes": bytes, "bytearray": bytearray}[kind].fromhex(value)
        if kind == "complex":
            return complex(*value)
        if kind == "range":
            return range(*value)
        if kind == "decimal":
            return Decimal(value)
        if kind == "fraction":
            return Fraction(self.decode(value[0]), self.decode(value[1]))
        if kind == "type":
            return _builtin_type(value)
        if kind == "yours":
            return self._lent[value]
        return Remote(self, value, str(coded.get("name")))

    @staticmethod
    def _exception(name, text):
        known = getattr(builtins, name, None)
        if isinstance(known, type) and issubclass(known, Exception):
            try:
                return known(text)
            except TypeError:
                pass
        return RemoteError("%s: %s" % (name, text))


def _builtin_type(name):
    found = getattr(builtins, name)
    if not isinstance(found, type):
        raise TypeError(name)
    return found


def _overwrite(target, value):
    """Brings a change that the judged code made to an argument back into the argument itself."""
    if isinstance(target, list) and isinstance(value, list):
        target[:] = value
    elif isinstance(target, bytearray) and isinstance(value, bytearray):
        target[:] = value
    elif isinstance(target, (dict, set)) and isinstance(value, type(target)):
        target.clear()
        target.update(value)


def _text(failure):
    try:
        return str(failure)[:300]
    except BaseException:
        return ""
