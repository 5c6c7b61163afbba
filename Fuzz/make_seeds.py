#!/usr/bin/env python3
"""Makes the inputs that fuzzing begins with, of the golden files and their metadata.

usage: make_seeds.py GOLDEN-FOLDER OUTPUT-FOLDER
"""

import itertools
import pathlib
import struct
import sys

CSV = [
    'a,b,c\n1,x,2024-02-29\n,"y ""z""",\n-5,,2024-02-29T12:00:00Z\n',
    "1.5,true,[1,null]\n1e300,false,[]\n", 'a\n"multi\nline"\n99999999999999999999\n', "",
]
NDJSON = [
    '{"a":1,"b":"x","l":[1,null],"s":{"x":1.5}}\n{"a":null,"l":[]}\n',
    '{"t":"2024-02-29T12:00:00Z","n":-9223372036854775808,"u":"\\ud83d\\ude00"}\n', '{}\n[1]\n',
]


def files(golden):
    for path in sorted(golden.glob("*.parquet")):
        data = path.read_bytes()
        if len(data) <= 16 << 10:
            yield path.stem, data


def encodings():
    """A page of each encoding and type: numbers that are small, so that headers often make sense."""
    bodies = [bytes(64), bytes(range(64)), b"\x80\x01\x04\x08\x02" + bytes(48),
              b"\x03\x00\x00\x00abc" * 6, b"\x04\x02\x00\x00\x00\x03\x0f"]
    for encoding, kind in itertools.product(range(8), range(8)):
        for body in bodies:
            for version in range(2):
                yield struct.pack("<BBBHBB", encoding, kind, 3, 8, version, 4) + body


def main():
    golden, output = map(pathlib.Path, sys.argv[1:])

    def save(target, number, data):
        folder = output / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"seed-{number}").write_bytes(data)

    for number, (name, data) in enumerate(files(golden)):
        save("file", number, data)
        length = int.from_bytes(data[-8:-4], "little")
        save("thrift", f"{number}-footer", b"\0" + data[-8 - length:-8])
        save("thrift", f"{number}-page", b"\1" + data[4:128])
        for kind in (2, 3):
            save("thrift", f"{number}-index-{kind}", bytes([kind]) + data[-8 - length - 200:-8 - length])
    for number, data in enumerate(encodings()):
        save("encoding", number, data)
    for target, texts in (("csv", CSV), ("ndjson", NDJSON)):
        for number, (text, options) in enumerate(itertools.product(texts, range(4))):
            save(target, number, bytes([options]) + text.encode())


if __name__ == "__main__":
    main()
