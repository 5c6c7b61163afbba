"""Filters and sort keys drawn for a table, and the rows that they leave, in order: what --where and --sort of
the command are held against, by Python's own comparisons."""

import pyarrow as pa

from compare import values_at, whole


def flat_leaves(table):
    """The leaves that are in no list: (path, array), with the nulls of the groups around them."""
    found = []

    def walk(path, array):
        if pa.types.is_struct(array.type):
            for i, field in enumerate(array.type):
                walk(path + "." + field.name, array.flatten()[i])
        elif not pa.types.is_nested(array.type):
            found.append((path, array))

    for name, column in zip(table.schema.names, table.columns):
        if column.num_chunks == 0:
            continue
        if pa.types.is_dictionary(column.type):
            column = column.unify_dictionaries()
        walk(name, column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks))
    return found


def sort_values(array):
    """For each value something that Python sorts as Parquet does; None for nulls. None where there is no
    order."""
    type_ = array.type
    if isinstance(type_, pa.BaseExtensionType):
        return sort_values(array.storage)
    if pa.types.is_dictionary(type_):
        return sort_values(array.dictionary_decode())
    if pa.types.is_null(type_):
        return None
    if pa.types.is_floating(type_):
        width = type_.bit_width
        integer = {16: pa.uint16(), 32: pa.uint32(), 64: pa.uint64()}[width]
        sign = 1 << width - 1
        bits = array.view(integer).to_pylist()
        # The total order: negative numbers by falling magnitude, NaN by its sign and bits.
        return [None if b is None else b if b < sign else -1 - (b - sign) for b in bits]
    if pa.types.is_temporal(type_):
        return array.view(pa.int32() if type_.bit_width == 32 else pa.int64()).to_pylist()
    values = array.to_pylist()
    return [v.encode() if isinstance(v, str) else v for v in values]


def quoted(path):
    return '"' + path + '"'


def draw_sort(random, table, legal):
    """Words for --sort and the keys, (values, descending, nulls first); or nothing."""
    leaves = [(path, values) for path, array in flat_leaves(table)
              if path in legal and (values := sort_values(array)) is not None]
    if not leaves:
        return [], []
    words, keys = [], []
    for path, values in random.sample(leaves, min(len(leaves), random.randint(1, 3))):
        word, descending, nulls_first = quoted(path), False, False
        if random.random() < 0.5:
            descending = random.random() < 0.7
            word += ":desc" if descending else ":asc"
        if random.random() < 0.4:
            nulls_first = random.random() < 0.7
            word += ":nulls_first" if nulls_first else ":nulls_last"
        words.append(word)
        keys.append((values, descending, nulls_first))
    return ["--sort", ",".join(words)], keys


def sorted_rows(rows, keys):
    """The numbers of rows in the order of `keys`; a stable sort by the last key first does it."""
    for values, descending, nulls_first in reversed(keys):
        there = [r for r in rows if values[r] is not None]
        null = [r for r in rows if values[r] is None]
        if descending:
            # Reversed twice, so that equal rows stay in their order.
            there = sorted(reversed(there), key=values.__getitem__)[::-1]
        else:
            there = sorted(there, key=values.__getitem__)
        rows = null + there if nulls_first else there + null
    return rows


OPERATORS = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}


def draw_where(random, table, legal):
    """Words for --where and the numbers of the rows that it keeps; or nothing."""
    tests = []
    for path, array in flat_leaves(table):
        if path not in legal or isinstance(array.type, pa.BaseExtensionType):
            continue
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        tests.append((path, array))
    if not tests:
        return [], None
    parts, masks = [], []
    for path, array in random.sample(tests, min(len(tests), random.randint(1, 2))):
        text, mask = draw_test(random, quoted(path), array)
        parts.append(text)
        masks.append(mask)
    joiner = random.choice(["and", "or"])
    text = f" {joiner} ".join(parts)
    # Three states, as in SQL: None is unknown.
    join = all_of if joiner == "and" else any_of
    kept = [join(states) for states in zip(*masks)]
    if random.random() < 0.2:
        text, kept = f"not ({text})", [None if k is None else not k for k in kept]
    return ["--where", text], [row for row, k in enumerate(kept) if k]


def all_of(states):
    return False if False in states else None if None in states else True


def any_of(states):
    return True if True in states else None if None in states else False


def draw_test(random, name, array):
    """A test of one column as text, and for each row whether it passes."""
    type_ = array.type
    valid = array.is_valid().to_pylist()
    values = array.to_pylist()
    there = [v for v in values if v is not None]
    literals = literals_of(type_, there)
    comparable = bool(literals)
    if not comparable or random.random() < 0.2:
        if random.random() < 0.5:
            return f"{name} is null", [not v for v in valid]
        return f"{name} is not null", valid
    # Text compares by its bytes.
    key = lambda v: v.encode() if isinstance(v, str) else v
    if random.random() < 0.3:
        chosen = random.sample(literals, min(len(literals), random.randint(1, 4)))
        word = random.choice(["in", "not in"])
        inside = {key(value) for value, _ in chosen}
        states = [None if v is None else (key(v) in inside) == (word == "in") for v in values]
        return f"{name} {word} ({', '.join(text for _, text in chosen)})", states
    operator = random.choice(list(OPERATORS))
    literal, text = random.choice(literals)
    states = tested([None if v is None else key(v) for v in values], OPERATORS[operator], key(literal))
    return f"{name} {operator} {text}", states


def literals_of(type_, values):
    """Some of `values`, each with its text in a filter; none where a type has no such text."""
    if pa.types.is_boolean(type_):
        return [(True, "true"), (False, "false")] if values else []
    if pa.types.is_integer(type_) or pa.types.is_decimal(type_):
        return [(v, f"{v:f}" if pa.types.is_decimal(type_) else str(v)) for v in values]
    if pa.types.is_floating(type_):
        # How NaN compares is not Python's business.
        if any(v != v for v in values):
            return []
        return [(v, repr(float(v))) for v in values if abs(v) != float("inf")]
    if pa.types.is_date32(type_):
        return [(v, f"'{v.isoformat()}'") for v in values]
    if pa.types.is_string(type_) or pa.types.is_large_string(type_):
        # A command line has no zero bytes.
        return [(v, "'" + v.replace("'", "''") + "'") for v in values if "\0" not in v]
    return []


def tested(values, operator, literal):
    return [None if v is None else operator(v, literal) for v in values]


def take(table, rows):
    """The rows of `table` with these numbers; None where Arrow does not take them of a type."""
    if table.num_rows == 0:
        return table
    columns = []
    for column in table.columns:
        try:
            columns.append(values_at(whole(column), rows))
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            return None
    return pa.Table.from_arrays(columns, schema=table.schema)
