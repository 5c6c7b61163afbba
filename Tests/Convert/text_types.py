"""Every logical type of Parquet on each of its carriers: how a schema notes it, random values of it, and by
Python's own rules the JSON form of each value, other spellings that say the same, texts that do not fit, and
what pyarrow and DuckDB must read.

A value is what pyarrow's storage holds: an integer for whatever counts days or units, bytes, text, a Decimal,
a float; INT96 counts nanoseconds.
"""

import base64
import decimal
import json
import math
import struct

import numpy as np
import pyarrow as pa

decimal.getcontext().prec = 400


class Unsaid:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


# What a reader gives back for a value that it cannot have, and where it is no null at least.
ANYTHING, SOMETHING = Unsaid("anything"), Unsaid("something")


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


# ── Numbers ──

def float_text(value, shortest=repr, largest=2.0**54):
    """The shortest digits that read back as the value, in positional form between 10⁻⁴ and `largest`.

    The contract fixes the digits; the form is what the command has always written."""
    if math.isnan(value):
        return '"NaN"'
    if math.isinf(value):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    sign, digits, exponent = decimal.Decimal(shortest(value)).as_tuple()
    front = "-" if sign else ""
    if value == 0:
        return front + "0.0"
    digits = "".join(map(str, digits))
    stripped = digits.rstrip("0")
    exponent += len(digits) - len(stripped)
    digits = stripped
    power = exponent + len(digits) - 1
    if 1e-4 <= abs(value) <= largest:
        if exponent >= 0:
            return f"{front}{digits}{'0' * exponent}.0"
        if power >= 0:
            return f"{front}{digits[:power + 1]}.{digits[power + 1:]}"
        return f"{front}0.{'0' * (-power - 1)}{digits}"
    fraction = "." + digits[1:] if len(digits) > 1 else ""
    return f"{front}{digits[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02}"


def shortest_of(type_):
    return lambda value: np.format_float_scientific(type_(value), unique=True)


FLOATS = {  # the code of struct, of its bits, bits of the fraction, the shortest text, the positional limit
    "FLOAT": ("f", "I", 23, shortest_of(np.float32), 2.0**24),
    "DOUBLE": ("d", "Q", 52, repr, 2.0**54),
    "FLOAT16": ("e", "H", 10, shortest_of(np.float16), 2.0**54),
}


def decimal_text(unscaled, scale):
    digits = str(abs(unscaled)).rjust(scale + 1, "0")
    sign = "-" if unscaled < 0 else ""
    return sign + (digits[:-scale] + "." + digits[-scale:] if scale else digits)


# ── Dates and times ──

def date_text(days):
    """A day since 1970-01-01 in the proleptic Gregorian calendar, of any year."""
    cycles, day = divmod(days + 719468, 146097)  # from 1 March of a year that 400 divides
    in_cycle = (day - day // 1460 + day // 36524 - day // 146096) // 365
    of_year = day - (365 * in_cycle + in_cycle // 4 - in_cycle // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    year = cycles * 400 + in_cycle + (month <= 2)
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04}-{month:02}-{day:02}"


UNITS = {"MILLIS": (1000, 3, "ms"), "MICROS": (10**6, 6, "us"), "NANOS": (10**9, 9, "ns")}


def time_text(value, unit):
    per_second, decimals, _ = UNITS[unit]
    seconds, part = divmod(value, per_second)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{part:0{decimals}}"


def timestamp_text(value, unit, utc):
    days, rest = divmod(value, 86400 * UNITS[unit][0])
    return f"{date_text(days)}T{time_text(rest, unit)}{'Z' if utc else ''}"


DAYS = [0, -1, 1, -719162, -719163, 2932896, 2932897, -719528, -719529, 11016, 19782, -25509]  # edges of years


# ── Types ──

class Type:
    """A leaf's type. `arrow` are the types that pyarrow may give it; `unread` says why it does not read it."""

    def __init__(self, physical, logical=None, arrow=(), optional_only=False):
        self.physical, self.logical = physical, logical
        self.arrow = arrow if isinstance(arrow, tuple) else (arrow,)
        self.optional_only = optional_only
        self.unread = None

    @property
    def name(self):
        return f"{self.physical} {self.logical or ''}".strip()

    is_text = False
    # Thousands of digits: not for tables of every type.
    is_slow = False
    duckdb = None

    def notation(self, name, repetition):
        logical = f" ({self.logical})" if self.logical else ""
        return f"{repetition} {self.physical} {name}{logical};"

    def spellings(self, rng, value):
        """Other JSON texts of the value."""
        return [self.json(value)]

    def stored(self, value):
        """What pyarrow reads."""
        return value

    # Texts that do not fit, as JSON values and as fields of CSV.
    bad_json = ()
    bad_text = ()

    def duckdb_value(self, value):
        return value

    def duckdb_holds(self, value):
        """Whether it reads a column with this value at all."""
        return True


class Boolean(Type):
    bad_json = ("0", "1", '"true"', '""', "[]", "{}", "[true]")
    bad_text = ("yes", "0", "1", "tRUE", " true", '""')
    duckdb = "{}"

    def random(self, rng):
        return rng.random() < 0.5

    def json(self, value):
        return "true" if value else "false"


class Integer(Type):
    duckdb = "{}"

    def __init__(self, physical, bits, signed, logical, arrow):
        super().__init__(physical, logical, arrow)
        self.low = -(1 << bits - 1) if signed else 0
        self.high = (1 << bits - signed) - 1
        out = [str(self.low - 1), str(self.high + 1), "1.5", "1e-1", "1e40", "0.1", str(10**25)]
        self.bad_json = (*out, '"1"', "true", '"NaN"', "[1]", "{}", '""')
        self.bad_text = (*out, "x", "NaN", "1 ", " 1", "0x1", "--1", "1e", '""', "true")

    def random(self, rng):
        if rng.random() < 0.3:
            return rng.choice([self.low, self.high, 0, 1, self.low + 1, self.high - 1])
        return rng.randint(self.low, self.high) >> rng.choice([0, 0, 8, 16, 40])

    def json(self, value):
        return str(value)

    def spellings(self, rng, value):
        zeros = "0" * rng.choice([1, 2, 30])
        times = lambda power: str(value * 10**power)
        return [f"{value}.{zeros}", f"{value}e0", f"{times(len(zeros))}e-{len(zeros)}", f"{times(1)}.0E-1"]


class Floating(Type):
    def __init__(self, kind, physical, logical, arrow):
        super().__init__(physical, logical, arrow)
        self.code, self.bits, self.fraction, self.shortest, self.largest = FLOATS[kind]
        self.width = struct.calcsize(self.code)
        past = {2: "65520", 4: "3.40282357e38", 8: "1.7976931348623159e308"}[self.width]
        out = [past, "-" + past, "1e400"]
        self.bad_json = (*out, '"1.5"', '"nope"', '""', "true", "[1.0]", "{}")
        self.bad_text = (*out, "x", "1.5.", "1,5", '""', "NAN", "e5", ".", "-", "0x1p3", "1_0")
        self.duckdb = "{}"

    def of(self, bits):
        return struct.unpack("<" + self.code, struct.pack("<" + self.bits, bits))[0]

    def random(self, rng):
        sign, top = 1 << 8 * self.width - 1, (1 << 8 * self.width - 1) - (1 << self.fraction)
        kind = rng.random()
        if kind < 0.2:
            return self.of(rng.choice([0, 1, top - 1, top, (1 << self.fraction) - 1, 1 << self.fraction])
                           | rng.choice([0, sign]))
        if kind < 0.25:
            return math.nan
        if kind < 0.5:
            return self.of(rng.getrandbits(8 * self.width))
        if kind < 0.6:
            return self.of((1 << self.fraction) * rng.randrange(top >> self.fraction))  # powers of two
        wide = rng.choice([round(rng.uniform(-100, 100), rng.randrange(5)), float(rng.randrange(60000)),
                           rng.uniform(0, 1) * 10.0 ** rng.randint(-8, 4)])
        return struct.unpack("<" + self.code, struct.pack("<" + self.code, wide))[0]

    def json(self, value):
        return float_text(value, self.shortest, self.largest)

    def spellings(self, rng, value):
        if not math.isfinite(value):
            return [self.json(value)]
        exact = format(decimal.Decimal(value), "f")  # every digit there is
        return [f"{value:.17e}", f"{value!r}", exact, self.json(value).replace("e", "E")]


class Decimal(Type):
    def __init__(self, physical, precision, scale):
        arrow = () if precision > 76 else (pa.decimal128 if precision <= 38 else pa.decimal256)(precision, scale)
        super().__init__(physical, f"DECIMAL({precision},{scale})", arrow)
        self.precision, self.scale = precision, scale
        self.is_slow = precision > 1000
        out = [decimal_text(10**precision, scale), decimal_text(-(10**precision), scale),
               f"1e{precision - scale}", f"1e-{scale + 1}", f"0.{'0' * scale}1", "1e9999", "-1e-9999"]
        self.bad_json = (*out, *map(quoted, out), '"x"', '""', '"NaN"', "true", "[1]", '"1.0 "', '"1,0"')
        self.bad_text = (*out, "x", "NaN", "1.0 ", "Infinity", '""', "1.2.3")
        self.duckdb = "{}::VARCHAR" if precision <= 38 else None
        width = int(physical.split("(")[1][:-1]) if "(" in physical else 0
        if precision > 76:
            self.unread = "pyarrow has no decimals of more than 76 digits"
        elif width > (16 if precision <= 38 else 32):
            self.unread = "pyarrow has no decimals in more bytes than its own have"

    def random(self, rng):
        most = 10**self.precision - 1
        if rng.random() < 0.3:
            return rng.choice([most, -most, 0, 1, -1, 128, -128, -129]) if most > 200 else rng.choice([most, -most, 0])
        return rng.choice([1, -1]) * rng.randrange(10 ** rng.randint(1, self.precision))

    def json(self, value):
        return quoted(decimal_text(value, self.scale))

    def spellings(self, rng, value):
        text = decimal_text(value, self.scale)
        short = text.rstrip("0").rstrip(".") if "." in text else text
        power = rng.choice([0, 3, 50])
        longer = text + ("" if "." in text else ".") + "0" * rng.choice([1, 45])
        texts = [text, short, longer, f"{value}e-{self.scale}", f"{value * 10**power}e-{self.scale + power}"]
        return [*texts, *map(quoted, texts), quoted("0" + text) if value >= 0 else text]

    def stored(self, value):
        return decimal.Decimal(value).scaleb(-self.scale)

    def duckdb_value(self, value):
        text = decimal_text(value, self.scale)
        return text.replace("0.", ".", 1) if self.scale == self.precision else text


class Date(Type):
    bad_text = ("2023-02-29", "1900-02-29", "2024-00-01", "2024-13-01", "2024-01-00", "2024-04-31", "2024-1-01",
                "24-01-01", "2024-01-01T00:00:00", "2024-01-01 ", " 2024-01-01", "20240101", "x", "19782",
                "+5881580-07-12", "-5877641-06-22", "+2024-01-01", "-0000-01-01", "+02024-01-01", "12345-01-01",
                "-12-01-01", "-01234-01-01", "2024/01/01", "2024-01-0x", '""')
    bad_json = (*map(quoted, bad_text), "19782", "true", "{}", '[""]')
    duckdb = "{} - DATE '1970-01-01'"

    def random(self, rng):
        if rng.random() < 0.4:
            return rng.choice(DAYS + [-(2**31), 2**31 - 1])
        return rng.choice([rng.randint(-(2**31), 2**31 - 1), rng.randint(-719528, 2932896), rng.randint(0, 20000)])

    def json(self, value):
        return quoted(date_text(value))

    def duckdb_value(self, value):
        # It takes two numbers for infinities, and begins later.
        return value if abs(value) < 2**31 - 1 and value > -2145000000 else ANYTHING


class Time(Type):
    def __init__(self, unit, utc):
        arrow = pa.time32("ms") if unit == "MILLIS" else pa.time64(UNITS[unit][2])
        super().__init__("int32" if unit == "MILLIS" else "int64", f"TIME({unit},{str(utc).lower()})", arrow)
        self.unit, self.utc = unit, utc
        finer = "00:00:00." + "0" * UNITS[unit][1] + "1"
        self.bad_text = ("24:00:00", "23:60:00", "23:59:60", "-01:00:00", "1:00:00", "00:00:00.", "x", finer, "12",
                         "00:00:00+01:00", "00:00:00.0000000000", " 00:00:00", "000000", "0", '""',
                         *([] if utc else ["00:00:00Z"]))
        self.bad_json = (*map(quoted, self.bad_text), "0", "true", "{}")
        self.duckdb = {"NANOS": "epoch_ns({})"}.get(unit, "epoch_us({})") if not utc else None

    def random(self, rng):
        day = 86400 * UNITS[self.unit][0]
        return rng.choice([0, day - 1, day // 2, 1, rng.randrange(day), rng.randrange(day)])

    def json(self, value):
        return quoted(time_text(value, self.unit))

    def spellings(self, rng, value):
        text = time_text(value, self.unit).rstrip("0").rstrip(".")
        if text.count(":") < 2 or len(text) < 8:  # The zeros of whole seconds were not to go.
            text = time_text(value, self.unit)
        return [quoted(text), quoted(text + "Z") if self.utc else quoted(text)]

    def duckdb_value(self, value):
        return value * 1000 if self.unit == "MILLIS" else value


class Timestamp(Type):
    def __init__(self, unit, utc):
        super().__init__("int64", f"TIMESTAMP({unit},{str(utc).lower()})",
                         pa.timestamp(UNITS[unit][2], tz="UTC" if utc else None))
        self.unit, self.utc = unit, utc
        z = "Z" if utc else ""
        whole = "2024-02-29T00:00:00"
        past = timestamp_text(2**63, unit, utc), timestamp_text(-(2**63) - 1, unit, utc)
        self.bad_text = (f"2023-02-29T00:00:00{z}", f"2024-02-29T24:00:00{z}", f"2024-02-29T23:59:60{z}", "2024-02-29",
                         f"{whole}.{'0' * UNITS[unit][1]}1{z}", whole if utc else whole + "Z",
                         whole if utc else whole + "+01:00", *past, f"{whole}.{z}", "x", "0", f"{whole}{z} ",
                         f"2024-02-29_00:00:00{z}", f"{whole}z", f"{whole}+25:00", f"{whole}+01:60", f"{whole} Z",
                         f"{whole}+1", '""', f"-0000-01-01T00:00:00{z}", f"99999999999-01-01T00:00:00{z}")
        self.bad_json = (*map(quoted, self.bad_text), "0", "true", "{}")
        if unit == "NANOS":
            self.duckdb = None if utc else "epoch_ns({})"
        else:
            self.duckdb = "epoch_us({})" if unit == "MICROS" else "epoch_ms({})"

    def random(self, rng):
        second = UNITS[self.unit][0]
        reach = range(-(2**63), 2**63)
        if rng.random() < 0.5:
            value = (rng.choice(DAYS) * 86400 + rng.choice([0, -1, 1, rng.randrange(86400)])) * second \
                + rng.choice([0, 1, -1, rng.randrange(second)])
            return value if value in reach else 0
        return rng.choice([reach[0], reach[-1], rng.randrange(-(2**63), 2**63), rng.randrange(-(2**62), 2**62) >> 8,
                           rng.randrange(0, 1 << 31) * second + rng.randrange(second)])

    def json(self, value):
        return quoted(timestamp_text(value, self.unit, self.utc))

    def spellings(self, rng, value):
        text = timestamp_text(value, self.unit, self.utc)
        texts = [text, text.replace("T", " ")]
        if self.utc:
            hours, minutes = rng.randrange(24), rng.randrange(60)
            sign = rng.choice([1, -1])
            shift = sign * (hours * 3600 + minutes * 60) * UNITS[self.unit][0]
            there = timestamp_text(value + shift, self.unit, False)
            texts += [there + f"{'+' if sign > 0 else '-'}{hours:02}{colon}{minutes:02}" for colon in (":", "")]
        return list(map(quoted, texts))

    def duckdb_value(self, value):
        return value if abs(value) < 2**63 - 10 else ANYTHING

    def duckdb_holds(self, value):
        return self.unit != "MILLIS" or abs(value) * 1000 < 2**63 - 10


class INT96(Type):
    def __init__(self):
        super().__init__("int96", None, pa.timestamp("ns"))

    day = 86400 * 10**9
    bad_text = ("2024-02-29T00:00:00Z", "2023-02-29T00:00:00", "2024-02-29", "2024-02-29T00:00:00.0000000001", "0", "",
                "2024-02-29T24:00:00", "2024-02-29T00:00:00+01:00", "x", '""',
                timestamp_text((2**31 - 2440588) * day, "NANOS", False),
                timestamp_text((-(2**31) - 2440589) * day, "NANOS", False))[:-1] + ("+99999999-01-01T00:00:00",)
    bad_text = tuple(text for text in bad_text if text)
    bad_json = (*map(quoted, bad_text), "0", "true", '""')

    def random(self, rng):
        days = rng.choice([rng.choice(DAYS), rng.choice([-(2**31) - 2440588, 2**31 - 1 - 2440588]),
                           rng.randint(-(2**31) - 2440588, 2**31 - 1 - 2440588), rng.randint(-30000, 30000)])
        return days * self.day + rng.choice([0, 1, self.day - 1, rng.randrange(self.day)])

    def json(self, value):
        return quoted(timestamp_text(value, "NANOS", False))

    def spellings(self, rng, value):
        return [self.json(value).replace("T", " ")]

    def stored(self, value):
        return value if -(2**63) + self.day < value < 2**63 - self.day else SOMETHING


TEXTS = ["", "a", 'say "so"', "line\nline", "\r\n", "\r", ",", ";", "\t", "é", "naïve 😀 \U0010ffff", "\0", "a\0b",
         "\x01\x1f\x7f", "null", "NaN", " ", " lead", "trail ", "'", '"', '""', "\\", "\\n", "\u2028", "\ufeff", "=1+1",
         "0", "true", "{}",
         "[1]", "x" * 300, "\ud7ff\ue000\uffff", "//", "/", "\b\f"]


class Text(Type):
    is_text = True
    bad_json = ("1", "true", "[]", "{}", '["a"]')
    bad_text = ()
    duckdb = "{}"

    def random(self, rng):
        if rng.random() < 0.7:
            return rng.choice(TEXTS)
        return "".join(rng.choice(TEXTS) for _ in range(rng.randrange(5)))

    def json(self, value):
        return quoted(value)

    def spellings(self, rng, value):
        escaped = "".join(f"\\u{unit:04X}" for unit in np.frombuffer(value.encode("utf-16-le"), "<u2"))
        return [json.dumps(value), f'"{escaped}"', quoted(value).replace("/", "\\/")]


class Enumeration(Text):
    duckdb = "{}::VARCHAR"

    def stored(self, value):
        return value.encode()


class JSON(Text):
    bad_json = ('"x"', '""', '"{"', '"[1,]"', '"01"', '"NaN"', '"1 2"', '"{\'a\':1}"', '"\\u0001"')
    bad_text = ("x", "{", "[1,]", "01", "NaN", "1 2", '""', "tru", "nul")
    duckdb = "{}::VARCHAR"

    def random(self, rng):
        return rng.choice([
            "{}", "[]", "null", "1", "-0", '"x"', '""', '{"a": 1}', ' [1 ,2 ] ', "[1e400]", '"\\u00e9\\n"', "true",
            '{"a":{"b":[null,"\\"",1.50]}}', '"😀"', '{"a":1,"a":2}', "[[[[]]]]", "1E5", '{"":0}',
            "12345678901234567890.5", '"' + "y" * 200 + '"'])

    def spellings(self, rng, value):
        # A string is the text itself, any other value is taken as it stands.
        stands = [value] if value != "null" and value == value.strip() and value[0] != '"' else []
        return [json.dumps(value), *stands]


class Binary(Type):
    def __init__(self, physical, logical, arrow, width=None, plain=True):
        super().__init__(physical, logical, arrow)
        self.width = width
        wrong = ["x", "AAA", "A===", "AA=A", "====", "AAB=", "AB==", "AA__", "AA\n=", "A A=", "AAAA=", "é"]
        if width is not None:
            wrong += [base64.b64encode(bytes(n)).decode() for n in (width + 1, width - 1) if n > 0] + ['""']
        self.bad_text = tuple(wrong)
        self.bad_json = (*(quoted("" if text == '""' else text) for text in wrong), "1", "true", "[]", "{}")
        # DuckDB knows no plain bytes of fixed length that are no BLOB.
        self.duckdb = "{}" if plain else None

    def random(self, rng):
        count = self.width or rng.choice([0, 1, 2, 3, 16, 17, rng.randrange(40), 500])
        return rng.choice([bytes(count), b"\xff" * count, rng.randbytes(count)])

    def json(self, value):
        return quoted(base64.b64encode(value).decode())


class UUID(Type):
    bad_text = ("0" * 32, "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-00000000000g", "x",
                "00000000-0000-0000-0000-0000000000000", "0000000-00000-0000-0000-000000000000", '""',
                "{00000000-0000-0000-0000-000000000000}", "urn:uuid:00000000-0000-0000-0000-000000000000")
    bad_json = (*map(quoted, bad_text), "1", "true")
    duckdb = "{}::VARCHAR"

    def random(self, rng):
        return rng.choice([bytes(16), b"\xff" * 16, rng.randbytes(16)])

    def text(self, value):
        digits = value.hex()
        return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])

    def json(self, value):
        return quoted(self.text(value))

    def spellings(self, rng, value):
        return [self.json(value).upper()]

    def duckdb_value(self, value):
        return self.text(value)


class Interval(Type):
    bad_json = ("{}", "[]", "1", '"P1D"', '{"months":1,"days":1}', '{"months":-1,"days":0,"milliseconds":0}',
                '{"months":4294967296,"days":0,"milliseconds":0}', '{"months":0,"days":0,"milliseconds":0,"x":0}',
                '{"months":0.5,"days":0,"milliseconds":0}', '{"months":"1","days":0,"milliseconds":0}',
                '{"months":null,"days":0,"milliseconds":0}', '{"months":0,"months":0,"days":0,"milliseconds":0}')
    bad_text = (*bad_json, "x", "{", '""')

    def random(self, rng):
        part = lambda: rng.choice([0, 1, 2**32 - 1, rng.getrandbits(32), rng.randrange(100)])
        return struct.pack("<III", part(), part(), part())

    def parts(self, value):
        return dict(zip(("months", "days", "milliseconds"), struct.unpack("<III", value)))

    def json(self, value):
        return json.dumps(self.parts(value), separators=(",", ":"))

    def spellings(self, rng, value):
        pairs = list(self.parts(value).items())
        rng.shuffle(pairs)
        return [json.dumps(dict(pairs))]


class Unknown(Type):
    """Always null, whatever carries it."""

    bad_json = ("0", '""', "true", "[]", "{}", '"AAAA"')
    bad_text = ("0", "x", '""', "null")

    def __init__(self, physical):
        super().__init__(physical, "UNKNOWN", pa.null(), optional_only=True)
        if "int" not in physical and physical not in ("boolean", "float", "double"):
            self.unread = "pyarrow reads one page only of byte arrays that are UNKNOWN"

    def random(self, rng):
        return None

    def json(self, value):
        return "null"


class Variant(Type):
    """Whatever JSON holds: keys in the order of their bytes, numbers as the types of a VARIANT have them."""

    def __init__(self, typed=None):
        super().__init__("group", "VARIANT(1)", "any")
        self.typed = typed

    @property
    def name(self):
        return f"VARIANT {self.typed or ''}".strip()

    def notation(self, name, repetition):
        value = f"optional binary value; {self.typed}" if self.typed else "required binary value;"
        return f"{repetition} group {name} (VARIANT(1)) {{ required binary metadata; {value} }}"

    bad_json = ("1e400", str(10**38), "1" * 45 + ".5")
    bad_text = (*bad_json, "x", "{", "[1,]", '""x')

    def random(self, rng, depth=0):
        kinds = ["text", "int", "float", "bool", "null", "list", "object"]
        kind = rng.choice(kinds[:5] if depth > 2 else kinds)
        if depth == 0 and kind == "null":
            kind = "bool"  # Where it stands alone it is the column's null.
        if kind == "text":
            return rng.choice(TEXTS)
        if kind == "int":
            return rng.choice([0, -1, 127, -128, 128, 40000, -(2**31), 2**31, -(2**63), 2**63 - 1])
        if kind == "float":
            return rng.choice([0.5, -0.0, 1e300, 5e-324, -123.456, 1.0, 0.1])
        if kind == "bool":
            return rng.random() < 0.5
        if kind == "null":
            return None
        inner = [self.random(rng, depth + 1) for _ in range(rng.randrange(4))]
        if kind == "list":
            return inner
        keys = sorted(rng.sample([t for t in TEXTS if t], len(inner)), key=str.encode)
        return dict(zip(keys, inner))

    def json(self, value):
        if isinstance(value, float):
            return float_text(value)
        if isinstance(value, list):
            return "[" + ",".join(map(self.json, value)) + "]"
        if isinstance(value, dict):
            return "{" + ",".join(f"{quoted(k)}:{self.json(v)}" for k, v in value.items()) + "}"
        return quoted(value)

    def spellings(self, rng, value):
        if isinstance(value, dict):
            pairs = list(value.items())
            rng.shuffle(pairs)
            return ["{ " + " , ".join(f"{json.dumps(k)} : {self.json(v)}" for k, v in pairs) + " }"]
        return [self.json(value)]

    def stored(self, value):
        return SOMETHING


def all_types():
    types = [Boolean("boolean", None, pa.bool_())]
    for bits in (32, 64):
        types.append(Integer(f"int{bits}", bits, True, None, getattr(pa, f"int{bits}")()))
    for bits in (8, 16, 32, 64):
        for signed in (True, False):
            types.append(Integer("int64" if bits == 64 else "int32", bits, signed,
                                 f"INTEGER({bits},{str(signed).lower()})",
                                 getattr(pa, f"{'' if signed else 'u'}int{bits}")()))
    decimals = [("int32", 1, 0), ("int32", 9, 2), ("int32", 9, 9), ("int32", 4, 4), ("int64", 18, 0), ("int64", 18, 18),
                ("int64", 10, 3), ("int64", 5, 2)]
    for width, most in ((1, 2), (2, 4), (4, 9), (5, 11), (8, 18), (9, 21), (16, 38), (17, 40), (20, 47), (32, 76),
                        (40, 96)):
        decimals += [(f"fixed_len_byte_array({width})", most, scale) for scale in {0, most // 2, most}]
    decimals += [("binary", 4096, 4096), ("binary", 4090, 17), ("fixed_len_byte_array(2000)", 4000, 2),
                 ("fixed_len_byte_array(20)", 38, 5), ("fixed_len_byte_array(20)", 3, 1),
                 ("fixed_len_byte_array(30)", 1, 1)]
    decimals += [("binary", p, s) for p, s in
                 ((1, 0), (9, 4), (18, 18), (19, 0), (38, 0), (38, 10), (38, 38), (39, 0), (39, 39), (76, 38),
                  (100, 2))]
    types += [Decimal(*d) for d in decimals]
    types += [Date("int32", "DATE", pa.date32()), INT96()]
    types += [kind(unit, utc) for kind in (Time, Timestamp) for unit in UNITS for utc in (True, False)]
    types += [Floating("FLOAT", "float", None, pa.float32()), Floating("DOUBLE", "double", None, pa.float64()),
              Floating("FLOAT16", "fixed_len_byte_array(2)", "FLOAT16", pa.float16())]
    types += [Text("binary", "STRING", pa.string()), Enumeration("binary", "ENUM", pa.binary()),
              JSON("binary", "JSON", (pa.json_(), pa.string()))]
    types += [Binary("binary", None, pa.binary()), Binary("binary", "BSON", pa.binary())]
    types += [Binary("binary", logical, "any", plain=False) for logical in ("GEOMETRY", "GEOGRAPHY")]
    types += [Binary(f"fixed_len_byte_array({n})", None, pa.binary(n), n) for n in (1, 2, 3, 12, 16, 40)]
    types += [UUID("fixed_len_byte_array(16)", "UUID", (pa.uuid(), pa.binary(16))),
              Interval("fixed_len_byte_array(12)", "INTERVAL", pa.binary(12))]
    types += [Unknown(physical) for physical in
              ("boolean", "int32", "int64", "float", "double", "binary", "fixed_len_byte_array(3)")]
    types += [Variant(), Variant("optional int64 typed_value;"), Variant(
        "optional group typed_value { required group a { optional binary value; optional int32 typed_value; } }")]
    return types
