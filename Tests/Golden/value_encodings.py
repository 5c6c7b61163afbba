"""The encodings of values: from the bytes of a page to the values, each as its PLAIN bytes.

Nothing is forgiven: bytes left over, padding that is not zero, counts that do not fit are Malformed.
"""

import struct
from fractions import Fraction

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


# ── ALP ─────────────────────────────────────────────────────────────────────────────────────────────


def nearest(number, fraction_bits, form):
    """The binary floating-point number nearest to a fraction, ties to even, as a Python float."""
    exponent = 0
    scaled = Fraction(number)
    while scaled >= 2 ** (fraction_bits + 1):
        scaled /= 2
        exponent += 1
    while scaled < 2 ** fraction_bits:
        scaled *= 2
        exponent -= 1
    # Python rounds halves to the even neighbour, as IEEE 754 does.
    result = float(Fraction(round(scaled)) * Fraction(2) ** exponent)
    if struct.unpack(form, struct.pack(form, result))[0] != result:
        raise AssertionError("the nearest number does not fit its format")
    return result


# The largest exponent of ten, the format of a value, that of an integer, the bits of a fraction.
ALP_FORMS = {FLOAT: (10, "<f", "<i", 23), DOUBLE: (18, "<d", "<q", 52)}
ALP_POWERS = {
    type_: (
        [nearest(Fraction(10) ** k, fraction, form) for k in range(largest + 1)],
        [nearest(Fraction(1, 10 ** k), fraction, form) for k in range(largest + 1)])
    for type_, (largest, form, _, fraction) in ALP_FORMS.items()
}


def alp(leaf, data, count):
    largest, form, integer_form, _ = ALP_FORMS[leaf.type]
    width = struct.calcsize(form)
    powers, inverse_powers = ALP_POWERS[leaf.type]

    def rounded(value):
        # The product of two singles is exact in a double, so that it is rounded once.
        return struct.unpack(form, struct.pack(form, value))[0]

    if len(data) < 7:
        raise Malformed("an ALP page ends within its header")
    mode, integers, log_size, stated = struct.unpack_from("<BBBi", data)
    if mode or integers or not 3 <= log_size <= 15 or stated != count:
        raise Malformed(f"ALP header {mode}, {integers}, {log_size}, {stated} for {count} values")
    size = 1 << log_size
    vectors = -(-count // size)
    position = 7 + 4 * vectors
    if position > len(data):
        raise Malformed("an ALP page ends within its offsets")
    offsets = struct.unpack_from(f"<{vectors}I", data, 7)
    values = []
    for offset in offsets:
        if 7 + offset != position:
            raise Malformed(f"an ALP vector at {7 + offset} is said to lie at {position}")
        here = min(size, count - len(values))
        header = struct.calcsize("<BBH") + width + 1
        if position + header > len(data):
            raise Malformed("an ALP vector ends within its header")
        exponent, factor, exceptions = struct.unpack_from("<BBH", data, position)
        base, = struct.unpack_from(integer_form, data, position + 4)
        bits = data[position + 4 + width]
        if exponent > largest or factor > exponent or exceptions > here or bits > 8 * width:
            raise Malformed(f"ALP vector header {exponent}, {factor}, {exceptions}, {bits}")
        position += header
        end = position + (here * bits + 7) // 8
        packed = int.from_bytes(data[position:end], "little")
        if end + exceptions * (2 + width) > len(data):
            raise Malformed("an ALP vector runs past the end of the page")
        decoded = []
        least_difference = None
        for _ in range(here):
            difference = packed & ((1 << bits) - 1)
            packed >>= bits
            least_difference = difference if least_difference is None else min(
                least_difference, difference)
            integer = (base + difference) & ((1 << 8 * width) - 1)
            integer -= (integer >> 8 * width - 1) << 8 * width
            number = rounded(rounded(rounded(float(integer)) * powers[factor])
                             * inverse_powers[exponent])
            decoded.append(struct.pack(form, number))
        if packed:
            raise Malformed("an ALP vector is not padded with zeros")
        if least_difference:
            raise Malformed("the frame of reference is not the least integer of its ALP vector")
        places = struct.unpack_from(f"<{exceptions}H", data, end)
        if list(places) != sorted(set(places)) or places and places[-1] >= here:
            raise Malformed("the exceptions of an ALP vector have no place in it, or one twice")
        position = end + 2 * exceptions
        for place in places:
            decoded[place] = data[position:position + width]
            position += width
        values += decoded
    if position != len(data):
        raise Malformed(f"{len(data) - position} bytes are left over after the ALP vectors")
    return values


# Encoding → its decoder and the types that it is for.
DIRECT = {
    0: (plain_values, set(range(8))),
    5: (delta_binary_packed, {INT32, INT64}),
    6: (delta_length_byte_array, {BYTE_ARRAY}),
    7: (delta_byte_array, {BYTE_ARRAY, FIXED}),
    9: (byte_stream_split, {INT32, INT64, FLOAT, DOUBLE, FIXED}),
    10: (alp, {FLOAT, DOUBLE}),
}
