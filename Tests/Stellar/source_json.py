"""JSON with the source text of every value: what `json` makes of a text does not say how it was written.

    value = parse('{"a": [1.50]}')
    value["a"].raw == "[1.50]"
"""

import json
import re
from json.decoder import scanstring

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
SPACE = re.compile(r"[ \t\r\n]*")
WORDS = {"true": True, "false": False, "null": None}


class Duplicate(ValueError):
    """A name that stands twice in an object that is looked into."""


class Value:
    """A value: its kind, its source text, strings decoded, and the members or elements of what has any."""

    def __init__(self, kind, raw, decoded=None, members=None, elements=None):
        self.kind, self.raw, self.decoded = kind, raw, decoded
        self.members, self.elements = members or {}, elements or []

    def __contains__(self, name):
        return name in self.members

    def __getitem__(self, name):
        return self.members[name]

    def get(self, name):
        return self.members.get(name)

    def object_or_empty(self, name):
        found = self.get(name)
        return found if found is not None and found.kind == "object" else Value("object", "")


def parse(text, opened=()):
    """The object that `text` is; names may not stand twice in it, nor in its members called `opened`."""
    json.loads(text)  # well-formed, by another parser
    value, end = _value(text, SPACE.match(text, 0).end(), 0, opened)
    if value.kind != "object":
        raise ValueError("no object")
    assert SPACE.match(text, end).end() == len(text)
    return value


def _value(text, at, depth, opened, looked_into=True):
    first = text[at]
    if first == '"':
        decoded, end = scanstring(text, at + 1, True)
        return Value("string", text[at:end], decoded), end
    if first in "tfn":
        for word, meaning in WORDS.items():
            if text.startswith(word, at):
                kind = "null" if meaning is None else "boolean"
                return Value(kind, word, meaning), at + len(word)
    if first not in "[{":
        match = NUMBER.match(text, at)
        if match is None:  # `json` takes NaN and Infinity
            raise ValueError(text[at:at + 20])
        return Value("number", match.group()), match.end()
    close = "]" if first == "[" else "}"
    value = Value("array" if first == "[" else "object", "")
    end = SPACE.match(text, at + 1).end()
    while text[end] != close:
        name = None
        if first == "{":
            name, end = scanstring(text, end + 1, True)
            end = SPACE.match(text, SPACE.match(text, end).end() + 1).end()
            if name in value.members and looked_into:
                raise Duplicate(name)
        inner = depth == 0 and name in opened and looked_into
        item, end = _value(text, end, depth + 1, opened, inner)
        end = SPACE.match(text, end).end()
        if name is None:
            value.elements.append(item)
        else:
            value.members[name] = item
        if text[end] == ",":
            end = SPACE.match(text, end + 1).end()
    value.raw = text[at:end + 1]
    return value, end + 1
