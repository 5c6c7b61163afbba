"""Whether two Arrow tables are the same, bit for bit: names, types, nullability, metadata and values."""

import pyarrow as pa
import pyarrow.compute as compute


def difference(one, other):
    """What differs between two tables, in a line; None where nothing does."""
    if one.num_rows != other.num_rows:
        return f"{one.num_rows} rows, {other.num_rows} in the other"
    if not one.schema.equals(other.schema, check_metadata=True):
        return f"schemas differ: {describe(one.schema)} | {describe(other.schema)}"
    if one.num_rows == 0:
        return None
    for name, a, b in zip(one.schema.names, one.columns, other.columns):
        found = array_difference(whole(a), whole(b))
        if found:
            return f"column {name!r}: {found}"
    return None


def describe(schema):
    return " ".join(str(schema).split())


def whole(column):
    """A chunked array as one array."""
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return pa.concat_arrays(column.chunks)


BITS = {16: pa.uint16(), 32: pa.uint32(), 64: pa.uint64()}


def array_difference(a, b):
    if len(a) != len(b):
        return f"{len(a)} values, {len(b)} in the other"
    if a.type != b.type:
        return f"type {a.type}, {b.type} in the other"
    type_ = a.type
    if isinstance(type_, pa.BaseExtensionType):
        return array_difference(a.storage, b.storage)
    if pa.types.is_dictionary(type_):
        return array_difference(a.dictionary_decode(), b.dictionary_decode())
    if a.is_valid().equals(b.is_valid()) is False:
        return first_difference(a.is_valid().to_pylist(), b.is_valid().to_pylist(), "presence")
    if pa.types.is_floating(type_):
        # The bits of values that are there: NaN is not equal to itself, and zeros differ in sign.
        integer = BITS[type_.bit_width]
        return flat_difference(a.drop_null().view(integer), b.drop_null().view(integer))
    if pa.types.is_struct(type_):
        for i, field in enumerate(type_):
            # A child's value under a null parent means nothing.
            found = array_difference(a.flatten()[i], b.flatten()[i])
            if found:
                return f"field {field.name!r}: {found}"
        return None
    if pa.types.is_map(type_):
        return list_difference(as_list(a), as_list(b))
    if is_list(type_):
        return list_difference(a, b)
    return flat_difference(a, b)


def is_list(type_):
    return pa.types.is_list(type_) or pa.types.is_large_list(type_) \
        or pa.types.is_fixed_size_list(type_) or pa.types.is_list_view(type_) \
        or pa.types.is_large_list_view(type_)


def as_list(array):
    """A map array as the list of its entries."""
    type_ = array.type
    entries = pa.struct([type_.key_field, type_.item_field])
    data = pa.StructArray.from_arrays(
        [array.keys, array.items], fields=[type_.key_field, type_.item_field])
    return pa.Array.from_buffers(
        pa.list_(pa.field("entries", entries, nullable=False)), len(array), array.buffers()[:2],
        array.null_count, array.offset, [data])


def list_difference(a, b):
    one, other = (compute.list_value_length(x) for x in (a, b))
    if not one.equals(other):
        return first_difference(one.to_pylist(), other.to_pylist(), "length")
    found = array_difference(elements(a), elements(b))
    return f"elements: {found}" if found else None


def elements(array):
    """The elements of the lists that are there."""
    try:
        return array.flatten()
    except pa.ArrowNotImplementedError:
        # Not of extension types: by place, which take finds for these, too.
        size = getattr(array.type, "list_size", None)
        if size is not None:
            places = [i * size + k for i in range(len(array)) if array[i].is_valid for k in range(size)]
        else:
            offsets = array.offsets.to_pylist()
            places = [k for i in range(len(array)) if array[i].is_valid
                      for k in range(offsets[i], offsets[i + 1])]
        values = array.values
        return values if places == list(range(len(values))) else values_at(values, places)


def values_at(values, places):
    """The values at `places`; one by one of the types that take does not know."""
    try:
        return values.take(pa.array(places, pa.int64()))
    except pa.ArrowNotImplementedError:
        return pa.concat_arrays([values.slice(place, 1) for place in places] or [values.slice(0, 0)])


def flat_difference(a, b):
    if a.equals(b):
        return None
    return first_difference(a.to_pylist(), b.to_pylist(), "value") or "values differ"


def first_difference(one, other, what):
    for i, (x, y) in enumerate(zip(one, other)):
        if x != y:
            return f"{what} {i}: {x!r:.200}, {y!r:.200} in the other"
    return None
