"""The encodings of values: from the bytes of a page to the values, each as its PLAIN bytes.

Nothing is forgiven: bytes left over, padding that is not zero, counts that do not fit are Malformed.
"""

BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED = range(8)


class Malformed(Exception):
    """The bytes break a rule of the format."""


def varint(data, position):
    """A number and the position after it."""
    result = shift = 0
    while True:
        if position >= len(data):
            raise Malformed("a varint runs past the end of the page")
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return result, position


def unzigzag(raw):
    return (raw >> 1) ^ -(raw & 1)


def hybrid(data, width, count, what):
    """`count` values of the RLE and bit-packing hybrid, which fill `data` exactly."""
    values = []
    position = 0
    while len(values) < count:
        header = shift = 0
        while True:
            if position >= len(data):
                raise Malformed(f"{what}: {len(values)} values where {count} should be")
            byte = data[position]
            position += 1
            header |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if header & 1:
            groups = header >> 1
            size = groups * width
            if groups == 0 or position + size > len(data):
                raise Malformed(f"{what}: a bit-packed run of {groups} groups does not fit")
            bits = int.from_bytes(data[position:position + size], "little")
            position += size
            mask = (1 << width) - 1
            left = count - len(values)
            if groups * 8 - left >= 8:
                raise Malformed(f"{what}: a bit-packed run goes a whole group past the end")
            for _ in range(min(groups * 8, left)):
                values.append(bits & mask)
                bits >>= width
            if bits:
                raise Malformed(f"{what}: the last bit-packed group is not padded with zeros")
        else:
            run = header >> 1
            size = (width + 7) // 8
            if run == 0 or position + size > len(data) or len(values) + run > count:
                raise Malformed(f"{what}: a run of {run} values does not fit")
            value = int.from_bytes(data[position:position + size], "little")
            if value >> width:
                raise Malformed(f"{what}: a run of {value}, wider than {width} bits")
            position += size
            values.extend([value] * run)
    if position != len(data):
        raise Malformed(f"{what}: {len(data) - position} bytes are left over")
    return values


def plain_values(leaf, data, count):
    """`count` PLAIN values, each as its bytes, which fill `data` exactly."""
    if leaf.type == BOOLEAN:
        if len(data) != (count + 7) // 8:
            raise Malformed(f"{count} booleans in {len(data)} bytes")
        bits = int.from_bytes(data, "little")
        if bits >> count:
            raise Malformed("the last byte of booleans is not padded with zeros")
        return [b"\1" if bits >> i & 1 else b"\0" for i in range(count)]
    if leaf.type == BYTE_ARRAY:
        values = []
        position = 0
        for _ in range(count):
            length = int.from_bytes(data[position:position + 4], "little")
            position += 4
            if position + length > len(data):
                raise Malformed("a byte array runs past the end of its page")
            values.append(data[position:position + length])
            position += length
        if position != len(data):
            raise Malformed(f"{len(data) - position} bytes are left over after the values")
        return values
    width = leaf.width
    if len(data) != count * width:
        raise Malformed(f"{count} values of {width} bytes in {len(data)} bytes")
    return [data[i:i + width] for i in range(0, len(data), width)]


def delta_integers(data, bits):
    """DELTA_BINARY_PACKED integers of `bits` bits, and the position after them."""
    block, position = varint(data, 0)
    miniblocks, position = varint(data, position)
    count, position = varint(data, position)
    first, position = varint(data, position)
    if block == 0 or block % 128 or miniblocks == 0 or block % miniblocks \
            or block // miniblocks % 32:
        raise Malformed(f"blocks of {block} values in {miniblocks} miniblocks")
    if count == 0:
        return [], position
    size = block // miniblocks
    mask = (1 << bits) - 1
    value = unzigzag(first) & mask
    values = [value]
    while len(values) < count:
        smallest, position = varint(data, position)
        smallest = unzigzag(smallest)
        widths = data[position:position + miniblocks]
        position += miniblocks
        for width in widths:
            if len(values) == count:
                # A miniblock without values has no bytes; a writer says so by a width of 0.
                if width:
                    raise Malformed("a miniblock without values has a width")
                continue
            if width > bits:
                raise Malformed(f"differences of {width} bits")
            end = position + size * width // 8
            if end > len(data):
                raise Malformed("a miniblock runs past the end of the page")
            packed = int.from_bytes(data[position:end], "little")
            position = end
            for _ in range(min(size, count - len(values))):
                value = (value + smallest + (packed & ((1 << width) - 1))) & mask
                packed >>= width
                values.append(value)
            if packed:
                raise Malformed("a miniblock is not padded with zeros")
    half = 1 << bits - 1
    return [v - (mask + 1) if v >= half else v for v in values], position


def delta_binary_packed(leaf, data, count):
    bits = 32 if leaf.type == INT32 else 64
    numbers, end = delta_integers(data, bits)
    if len(numbers) != count or end != len(data):
        raise Malformed(f"{len(numbers)} differences in {end} of {len(data)} bytes for {count} values")
    return [number.to_bytes(bits // 8, "little", signed=True) for number in numbers]


def delta_length_byte_array(leaf, data, count):
    lengths, position = delta_integers(data, 32)
    if len(lengths) != count:
        raise Malformed(f"{len(lengths)} lengths for {count} values")
    values = []
    for length in lengths:
        if length < 0 or position + length > len(data):
            raise Malformed(f"a byte array of {length} bytes runs past the end of the page")
        values.append(data[position:position + length])
        position += length
    if position != len(data):
        raise Malformed(f"{len(data) - position} bytes are left over after the values")
    return values


def delta_byte_array(leaf, data, count):
    prefixes, position = delta_integers(data, 32)
    if len(prefixes) != count:
        raise Malformed(f"{len(prefixes)} prefixes for {count} values")
    suffixes = delta_length_byte_array(leaf, data[position:], count)
    values = []
    last = b""
    for prefix, suffix in zip(prefixes, suffixes):
        if not 0 <= prefix <= len(last):
            raise Malformed(f"a prefix of {prefix} bytes of a value of {len(last)}")
        last = last[:prefix] + suffix
        if leaf.type == FIXED and len(last) != leaf.length:
            raise Malformed(f"a value of {len(last)} bytes, not {leaf.length}")
        values.append(last)
    return values


def byte_stream_split(leaf, data, count):
    width = leaf.width
    if len(data) != count * width:
        raise Malformed(f"{count} values of {width} bytes in {len(data)} bytes")
    return [data[i::count] for i in range(count)] if count else []


# Encoding → its decoder and the types that it is for.
DIRECT = {
    0: (plain_values, set(range(8))),
    5: (delta_binary_packed, {INT32, INT64}),
    6: (delta_length_byte_array, {BYTE_ARRAY}),
    7: (delta_byte_array, {BYTE_ARRAY, FIXED}),
    9: (byte_stream_split, {INT32, INT64, FLOAT, DOUBLE, FIXED}),
}
