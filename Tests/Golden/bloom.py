"""Split-block bloom filters and the hash they are made of, one step after another."""

MASK = (1 << 64) - 1
PRIMES = (
    0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5)
SALTS = (
    0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D, 0x705495C7, 0x2DF1424B, 0x9EFC4947, 0x5C6BFB31)


def rotated(word, count):
    return (word << count | word >> (64 - count)) & MASK


def mixed(lane, word):
    return rotated((lane + word * PRIMES[1]) & MASK, 31) * PRIMES[0] & MASK


def xxh64(data):
    """The 64-bit xxHash of `data`, with seed 0."""
    end = len(data)
    at = 0
    if end >= 32:
        lanes = [(PRIMES[0] + PRIMES[1]) & MASK, PRIMES[1], 0, -PRIMES[0] & MASK]
        while at + 32 <= end:
            for lane in range(4):
                word = int.from_bytes(data[at + 8 * lane:at + 8 * lane + 8], "little")
                lanes[lane] = mixed(lanes[lane], word)
            at += 32
        result = sum(rotated(lane, turn) for lane, turn in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            result = ((result ^ mixed(0, lane)) * PRIMES[0] + PRIMES[3]) & MASK
    else:
        result = PRIMES[4]
    result = (result + end) & MASK
    while at + 8 <= end:
        result ^= mixed(0, int.from_bytes(data[at:at + 8], "little"))
        result = (rotated(result, 27) * PRIMES[0] + PRIMES[3]) & MASK
        at += 8
    if at + 4 <= end:
        result ^= int.from_bytes(data[at:at + 4], "little") * PRIMES[0] & MASK
        result = (rotated(result, 23) * PRIMES[1] + PRIMES[2]) & MASK
        at += 4
    for byte in data[at:]:
        result = rotated(result ^ (byte * PRIMES[4] & MASK), 11) * PRIMES[0] & MASK
    result = (result ^ result >> 33) * PRIMES[1] & MASK
    result = (result ^ result >> 29) * PRIMES[2] & MASK
    return result ^ result >> 32


def may_contain(bitset, value):
    """Whether the filter lets `value` pass, given as PLAIN bytes without a length."""
    hashed = xxh64(value)
    block = ((hashed >> 32) * (len(bitset) // 32)) >> 32
    for i, salt in enumerate(SALTS):
        bit = (hashed & 0xFFFFFFFF) * salt % (1 << 32) >> 27
        start = 32 * block + 4 * i
        if not int.from_bytes(bitset[start:start + 4], "little") >> bit & 1:
            return False
    return True
