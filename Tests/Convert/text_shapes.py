"""Columns of every shape over the types of text_types: how a schema notes them, random values of them, and the
JSON form of these."""

import json
import random

from text_types import Variant, all_types, quoted

TYPES = all_types()


class Node:
    def __init__(self, repetition):
        self.repetition = repetition

    @property
    def is_optional(self):
        return self.repetition == "optional"

    def random(self, rng):
        return None if self.is_optional and rng.random() < 0.2 else self.present(rng)

    def json(self, value):
        return "null" if value is None else self.text(value)

    def spelled(self, rng, value):
        """Some JSON text that says the value."""
        if value is None:
            return "null"
        return self.spelling(rng, value) if rng.random() < 0.4 else self.text(value)

    def expected(self, value):
        """What pyarrow reads."""
        return None if value is None else self.stored(value)

    def field(self, value):
        """The text of a CSV field, None for a null."""
        return None if value is None else self.text(value)

    def inner(self):
        return []

    def has_lone_keys(self):
        return any(node.has_lone_keys() for node in self.inner())

    def leaves(self):
        return [leaf for node in self.inner() for leaf in node.leaves()]


class Leaf(Node):
    def __init__(self, type_, repetition):
        super().__init__("optional" if type_.optional_only else repetition)
        self.type = type_

    def notation(self, name):
        return self.type.notation(name, self.repetition)

    def present(self, rng):
        return self.type.random(rng)

    def text(self, value):
        return self.type.json(value)

    def spelling(self, rng, value):
        return rng.choice(self.type.spellings(rng, value))

    def stored(self, value):
        return self.type.stored(value)

    def field(self, value):
        text = super().field(value)
        return json.loads(text) if text and text[0] == '"' and not isinstance(self.type, Variant) else text

    def leaves(self):
        return [self]


class List(Node):
    def __init__(self, element, repetition):
        super().__init__(repetition)
        self.element = element

    def notation(self, name):
        return (f"{self.repetition} group {name} (LIST) {{ repeated group list {{ "
                f"{self.element.notation('element')} }} }}")

    def present(self, rng):
        return [self.element.random(rng) for _ in range(rng.choice([0, 1, 2, 5]))]

    def text(self, value):
        return "[" + ",".join(map(self.element.json, value)) + "]"

    def spelling(self, rng, value):
        return "[ " + " , ".join(self.element.spelled(rng, one) for one in value) + " ]"

    def stored(self, value):
        return [self.element.expected(one) for one in value]

    def inner(self):
        return [self.element]


class Struct(Node):
    """A row or a group: names and nodes; its values are tuples."""

    def __init__(self, fields, repetition):
        super().__init__(repetition)
        self.fields = fields

    def notation(self, name):
        inner = " ".join(node.notation(quoted(key)) for key, node in self.fields)
        return f"{self.repetition} group {name} {{ {inner} }}"

    def present(self, rng):
        return tuple(node.random(rng) for _, node in self.fields)

    def text(self, value):
        return "{" + ",".join(f"{quoted(key)}:{node.json(one)}" for (key, node), one in zip(self.fields, value)) + "}"

    def spelling(self, rng, value):
        members = [f"{json.dumps(key)}: {node.spelled(rng, one)}" for (key, node), one in zip(self.fields, value)
                   if one is not None or rng.random() < 0.5]
        rng.shuffle(members)
        return "{" + "\t,".join(members) + "}"

    def stored(self, value):
        return tuple(node.expected(one) for (_, node), one in zip(self.fields, value))

    def inner(self):
        return [node for _, node in self.fields]


class Map(Node):
    """Its values are lists of pairs, each key once."""

    def __init__(self, key, value, repetition):
        super().__init__(repetition)
        self.key, self.value = key, value
        self.key.repetition = "required"

    def notation(self, name):
        value = self.value.notation("value") if self.value else ""
        return (f"{self.repetition} group {name} (MAP) {{ repeated group key_value {{ "
                f"{self.key.notation('key')} {value} }} }}")

    def present(self, rng):
        pairs = {}
        for _ in range(rng.choice([0, 1, 2, 4])):
            key = self.key.present(rng)
            pairs[self.key.text(key)] = (key, self.value.random(rng) if self.value else None)
        return list(pairs.values())

    @property
    def has_text_keys(self):
        return self.key.type.is_text

    def of_value(self, value, text):
        return text(value) if self.value else "null"

    def text(self, pairs):
        inner = ((self.key.text(key), self.value.json(value) if self.value else "null") for key, value in pairs)
        if self.has_text_keys:
            return "{" + ",".join(f"{key}:{value}" for key, value in inner) + "}"
        return "[" + ",".join(f'{{"key":{key},"value":{value}}}' for key, value in inner) + "]"

    def spelling(self, rng, pairs):
        """Where keys are text, an array of pairs says the same."""
        members = []
        for key, value in pairs:
            pair = [f'"key":{self.key.spelled(rng, key)}']
            if value is not None or rng.random() < 0.5:
                pair.append(f'"value":{self.value.spelled(rng, value) if self.value else "null"}')
            rng.shuffle(pair)
            members.append("{" + ", ".join(pair) + "}")
        return "[" + ",".join(members) + "]"

    def stored(self, pairs):
        return [(self.key.expected(key), self.value.expected(value) if self.value else None) for key, value in pairs]

    def inner(self):
        return [self.key, self.value] if self.value else [self.key]

    def has_lone_keys(self):
        return self.value is None or super().has_lone_keys()


NAMES = ["a", "B", "a b", 'say "so"', "é", "😀", "a.b", "x,y", "new\nline", "null", "1", "key", "value", "list", "{}",
         "#"]
KEYS = [type_ for type_ in TYPES if not type_.optional_only and not isinstance(type_, Variant)]


def random_node(rng, depth):
    repetition = rng.choice(["required", "optional", "optional"])
    kind = rng.choice(["leaf", "leaf", "list", "struct", "map"]) if depth else "leaf"
    if kind == "leaf":
        return Leaf(rng.choice(TYPES), repetition)
    if kind == "list":
        return List(random_node(rng, depth - 1), repetition)
    if kind == "struct":
        names = rng.sample(NAMES, rng.randint(1, 3))
        return Struct([(name, random_node(rng, depth - 1)) for name in names], repetition)
    key = rng.choice(KEYS) if rng.random() < 0.5 else rng.choice([t for t in KEYS if t.is_text])
    value = random_node(rng, depth - 1) if rng.random() < 0.9 else None
    return Map(Leaf(key, "required"), value, repetition)


PLACES = {
    "required": lambda leaf: leaf("required"), "optional": lambda leaf: leaf("optional"),
    "required element": lambda leaf: List(leaf("required"), "optional"),
    "optional element": lambda leaf: List(leaf("optional"), "required"),
    "member": lambda leaf: Struct([("r", leaf("required")), ("o", leaf("optional"))], "optional"),
    "key": lambda leaf: Map(leaf("required"), Leaf(TYPES[1], "optional"), "optional"),
    "lone key": lambda leaf: Map(leaf("required"), None, "required"),
    "value of text": lambda leaf: Map(Leaf(next(t for t in TYPES if t.logical == "STRING"), "required"),
                                      leaf("optional"), "optional"),
    "value of numbers": lambda leaf: Map(Leaf(TYPES[1], "required"), leaf("required"), "optional"),
}


class Table:
    def __init__(self, fields, rng, count):
        self.root = Struct(fields, "required")
        self.rows = [self.root.present(rng) for _ in range(count)]

    @property
    def fields(self):
        return self.root.fields

    def notation(self):
        fields = "\n".join("  " + node.notation(quoted(name)) for name, node in self.fields)
        return f"message m {{\n{fields}\n}}\n"

    def lines(self):
        return [self.root.text(row) for row in self.rows]

    def column(self, index):
        return [row[index] for row in self.rows]
