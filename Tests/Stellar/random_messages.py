"""Seeded random ledger messages of every shape, as lines of JSON written in many ways.

    maker = Maker(random.Random(1), days=[...], wild=True)
    lines = [maker.line() for _ in range(1000)]

Each message holds a number that no other has: in `contract_id` (contract data), `tx_hash` or `transaction_hash`
(events), `code` (assets), `ledger_hash` (whole ledgers), or `uid` (everything else).
"""

import datetime
import json

KINDS = ["contract_data_message", "contract_data", "event_rpc", "event_snake", "event_processor", "event_list",
         "asset", "stable", "wild", "ledger", "bare"]
TEXTS = ["", "a", "Zürich", "tab\tand \"quotes\"", "back\\slash/", "line\nbreak", "😀", "\u0001", "漢字" * 8,
         "x" * 70, "null", "1", "{\"a\":1}"]


class Raw:
    """JSON that is written as it stands."""

    def __init__(self, text):
        self.text = text


class Maker:
    def __init__(self, rng, kinds=KINDS, days=((2025, 7, 13),), ledgers=(426_000, 430_000), bad=0.03, wild_day=None):
        self.rng, self.kinds, self.days, self.ledgers, self.bad = rng, kinds, days, ledgers, bad
        self.wild_day = wild_day or days[0]
        self.count = 0
        self.ledger = ledgers[0]
        self.first_wild = True

    # Text

    def dump(self, value):
        rng = self.rng

        def space():
            return rng.choice(["", "", "", "", " ", "\t", "  "]) if self.loose else ""

        if isinstance(value, Raw):
            return value.text
        if isinstance(value, str):
            text = json.dumps(value, ensure_ascii=rng.random() < 0.3)
            if self.loose and value and rng.random() < 0.05 and value[0].isascii() and value[0].isalnum():
                text = f'"\\u{ord(value[0]):04x}' + text[2:]
            return text
        if isinstance(value, dict):
            items = list(value.items())
            if self.loose and rng.random() < 0.5:
                rng.shuffle(items)
            inner = ",".join(f"{space()}{self.dump(key)}{space()}:{space()}{self.dump(item)}{space()}"
                             for key, item in items)
            return "{" + inner + "}"
        if isinstance(value, list):
            return "[" + ",".join(space() + self.dump(item) + space() for item in value) + "]"
        return json.dumps(value)

    # Parts

    def number(self, value):
        """A whole number, at times written as other programs do."""
        if self.rng.random() < 0.03:
            return Raw(f"{value}.0")
        if self.rng.random() < 0.02 and value and value % 10 == 0:
            return Raw(f"{value // 10}e1")
        return value

    def time(self, day=None):
        rng = self.rng
        year, month, date = day or rng.choice(self.days)
        at = datetime.datetime(year, month, date, rng.randrange(24), rng.randrange(60), rng.randrange(60))
        style = rng.random()
        if style < 0.5:
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
        if style < 0.7:
            digits = rng.randrange(1, 10)
            return at.strftime("%Y-%m-%dT%H:%M:%S.") + "".join(rng.choices("0123456789", k=digits)) + "Z"
        if style < 0.75:
            return at.strftime("%Y-%m-%d %H:%M:%S")
        if style < 0.8:
            return at.strftime("%Y-%m-%dT%H:%M:%S")
        if style < 0.9:
            minutes = rng.choice([-720, -210, 0, 60, 330, 840])
            local = at + datetime.timedelta(minutes=minutes)
            sign = "-" if minutes < 0 else "+"
            return local.strftime("%Y-%m-%dT%H:%M:%S") + f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        seconds = int(at.replace(tzinfo=datetime.timezone.utc).timestamp())
        return seconds if style < 0.95 else Raw(f"{seconds}.{rng.choice(['9999999', rng.randrange(1000), 123456789])}")

    def text_time(self):
        time = self.time()
        return time if isinstance(time, str) else "2025-07-14T00:00:00Z"

    def text(self):
        return self.rng.choice(TEXTS)

    def nested(self, depth=0):
        rng = self.rng
        pick = rng.random()
        if depth > 3 or pick < 0.4:
            return rng.choice([1, Raw("1.50"), Raw("-0"), Raw("1E400"), Raw("12345678901234567890123"), True, None,
                               self.text()])
        if pick < 0.7:
            return [self.nested(depth + 1) for _ in range(rng.randrange(4))]
        return {f"k{i}": self.nested(depth + 1) for i in range(rng.randrange(4))}

    def next_ledger(self):
        if self.rng.random() < 0.2:
            self.ledger = min(self.ledger + self.rng.randrange(1, 5), self.ledgers[1] - 1)
        late = self.rng.random() < 0.05
        return self.rng.randrange(self.ledgers[0], self.ledger + 1) if late else self.ledger

    def drop(self, message, names, chance=0.1):
        for name in names:
            if name in message and self.rng.random() < chance:
                if self.rng.random() < 0.5:
                    del message[name]
                else:
                    message[name] = None
        return message

    # Messages

    def entry(self, number):
        rng = self.rng
        ledger = self.next_ledger()
        entry = {
            "contract_id": f"C{number:07}",
            "contract_key_type": rng.choice(["ScValTypeScvVec", "ScValTypeScvU128", "ScValTypeScvU32"]),
            "contract_durability": rng.choice(
                ["ContractDataDurabilityPersistent", "ContractDataDurabilityTemporary"]),
            "asset_code": rng.choice(["", "USDC"]), "asset_issuer": "", "asset_type": "",
            "balance_holder": rng.choice(["", "CHOLDER"]),
            "balance": rng.choice(["", str(rng.getrandbits(127)), rng.getrandbits(100)]),
            "last_modified_ledger": self.number(rng.choice([ledger, 0, (1 << 32) - 1])),
            "ledger_entry_change": rng.randrange(5), "deleted": rng.random() < 0.2, "closed_at": self.time(),
            "ledger_sequence": self.number(ledger), "ledger_key_hash": f"{rng.getrandbits(256):064x}",
        }
        if rng.random() < 0.5:
            entry |= {"key": "AAAA", "key_decoded": self.nested(), "val": self.text(), "val_decoded": self.nested(),
                      "contract_data_xdr": "AAAAAA=="}
        return entry

    def make_contract_data(self, number):
        return self.drop(self.entry(number), ["asset_code", "asset_issuer", "asset_type", "balance_holder",
                                              "balance", "ledger_key_hash"])

    def make_contract_data_message(self, number):
        rng = self.rng
        entry = self.drop(self.entry(number), [
            "contract_key_type", "contract_durability", "asset_code", "balance", "last_modified_ledger",
            "ledger_entry_change", "deleted", "ledger_key_hash"])
        message = {"contract_data": entry, "contract_id": entry["contract_id"],
                   "timestamp": self.time(rng.choice([None, (2025, 8, 5)])), "ledger_sequence": entry["ledger_sequence"],
                   "processor_name": "contract_data_processor", "message_type": "contract_data"}
        if rng.random() < 0.3:
            del entry["contract_id"]
        if rng.random() < 0.3:
            del entry["ledger_sequence"]
        elif rng.random() < 0.2:
            message["ledger_sequence"] = self.next_ledger()
        if rng.random() < 0.1:
            entry["closed_at"] = rng.choice(["not a time", "2025-02-30T00:00:00Z", True, None])
        if rng.random() < 0.7:
            message["archive_metadata"] = self.drop({
                "source_type": "S3", "bucket_name": "bucket", "file_name": f"ledger-{number}.xdr",
                "file_size": rng.choice([0, 9007199254740993, (1 << 63) - 1, 5]), "start_ledger": 1}, [
                    "file_name", "file_size", "bucket_name"])
        return message

    def make_event_rpc(self, number):
        message = {"type": self.rng.choice(["contract", "system", "diagnostic"]), "ledger": self.next_ledger(),
                   "ledgerClosedAt": self.time(), "contractId": f"C{number % 7}",
                   "id": f"{number:019}-0000000001", "pagingToken": f"{number:019}", "topic": ["AAAA", "BBBB"],
                   "value": "AAAAAQ==", "inSuccessfulContractCall": self.rng.random() < 0.9,
                   "txHash": f"{number:064x}"}
        return self.drop(message, ["pagingToken", "topic", "value"])

    def make_event_snake(self, number):
        names = {"ledgerClosedAt": "ledger_closed_at", "contractId": "contract_id", "pagingToken": "paging_token",
                 "inSuccessfulContractCall": "in_successful_contract_call", "txHash": "tx_hash"}
        message = {names.get(name, name): value for name, value in self.make_event_rpc(number).items()}
        if self.rng.random() < 0.3:
            message["topic"], message["value"] = self.nested(), self.nested()
        return message

    def make_event_processor(self, number):
        return {"timestamp": self.time(), "ledger_sequence": self.next_ledger(),
                "transaction_hash": f"{number:064x}", "contract_id": f"C{number % 7}", "type": "contract",
                "event_type": "transfer", "topic": [self.nested()], "topic_decoded": ["x"],
                "data": self.nested(), "data_decoded": None, "in_successful_tx": True,
                "event_index": self.rng.randrange(9), "network_passphrase": "Test",
                **({"operation_index": self.rng.randrange(-1, 5)} if self.rng.random() < 0.8 else {})}

    def make_event_list(self, number):
        events = []
        for index in range(self.rng.randrange(1, 6)):
            events.append(self.drop({
                "transaction_hash": f"{number:064x}", "transaction_id": 219000000000000000 + index,
                "successful": True, "ledger_sequence": self.next_ledger(), "closed_at": self.time(),
                "in_successful_contract_call": self.rng.random() < 0.9, "contract_id": f"C{number % 7}", "type": 1,
                "type_string": "ContractEventTypeContract", "topics": [self.nested()], "topics_decoded": [],
                "data": self.nested(), "data_decoded": {}, "contract_event_xdr": "AAAA", "operation_id": None,
            }, ["topics", "data", "operation_id", "data_decoded"]))
            if self.rng.random() < 0.3:
                del events[-1]["ledger_sequence"]
        return {"events": events, "transaction_hash": f"{number:064x}", "ledger_sequence": self.next_ledger(),
                "processor_name": "events", "message_type": "contract_events", "timestamp": self.time()}

    def make_asset(self, number):
        return self.drop({"code": f"A{number}", "issuer": "GISSUER",
                          "type": self.rng.choice(["native", "credit_alphanum4", "credit_alphanum12"]),
                          "timestamp": self.time()}, ["issuer"], 0.3)

    def make_stable(self, number):
        """Fields of the same types in every message."""
        kind = self.rng.choice(["swap", "trade/../x", "Übung", ".hidden"])
        return {"message_type": kind, "uid": number, "ledger_sequence": self.next_ledger(), "timestamp": self.text_time(),
                "amount": self.rng.getrandbits(self.rng.randrange(1, 63)), "price": Raw(f"{self.rng.random():.6f}"),
                "path": [self.nested()], "flag": True, "note": self.text()}

    def make_wild(self, number):
        """Fields that come and go, and are of many types."""
        rng = self.rng
        message = {"message_type": "wild", "uid": number, "ledger_sequence": self.ledgers[0],
                   "closed_at": self.wild_time()}
        values = {
            "whole": lambda: rng.choice([1, -1, None, 1 << 53, (1 << 53) + 1, -(1 << 63), (1 << 63) - 1]),
            "real": lambda: rng.choice([1, -3, Raw("1.5"), Raw("1e3"), None, Raw("1.0")]),
            "big": lambda: rng.choice([0, (1 << 64) - 1, 5, None]),
            "huge": lambda: rng.choice([Raw("1" + "0" * 30), 1, Raw("1e400"), None]),
            "either": lambda: rng.choice([True, False, None]),
            "any": lambda: rng.choice([1, Raw("1.5"), "x", True, None, [1], {"a": Raw("1.50")}]),
            "mixed": lambda: rng.choice([1, "1", None]),
            "zürich \"x\"": lambda: self.text(),
            "none": lambda: None,
        }
        for name, value in values.items():
            if rng.random() < 0.3:
                message[name] = value()
        if rng.random() < 0.002 * (not self.first_wild):
            message[f"late{rng.randrange(4)}"] = rng.choice([1, "x"])
        self.first_wild = False
        return message

    def wild_time(self):
        year, month, day = self.wild_day
        return f"{year}-{month:02}-{day:02}T12:{self.rng.randrange(60):02}:00Z"

    def make_bare(self, number):
        """No type, no time, no ledger."""
        return {"uid": number, "a": self.rng.randrange(100)}

    def make_event(self, number, prefix):
        return self.drop({"id": f"e{number}-{prefix}", "type": "contract", "contract_id": "C1",
                          "topics": self.nested(), "data": self.nested(), "in_successful_contract_call": True},
                         ["contract_id", "topics", "data"])

    def make_ledger(self, number):
        rng = self.rng
        operations = [{
            "id": f"{number}-{i}", "source_account": "G1", "type": "payment", "body": "{}",
            "ledger_entry_changes": [self.drop({
                "id": f"{j}", "change_type": "updated", "ledger_entry_type": "account", "entry_data": "AAAA",
                "key_data": "BBBB", "last_modified_ledger_sequence": 5},
                ["entry_data", "key_data", "last_modified_ledger_sequence"]) for j in range(rng.randrange(3))],
            "events": [self.make_event(number, j) for j in range(rng.randrange(3))]} for i in range(rng.randrange(3))]
        numbers = ["account_sequence", "max_fee", "fee_charged", "inclusion_fee_bid", "resource_fee",
                   "soroban_resources_instructions", "soroban_resources_read_bytes", "soroban_resources_write_bytes",
                   "non_refundable_resource_fee_charged", "refundable_resource_fee_charged", "rent_fee_charged"]
        transactions = [self.drop({
            "transaction_hash": f"{number}-{i}", "account": "G1", "account_muxed": "M1",
            "memo": self.rng.choice([self.text(), 5, True]), f"extra{i}": self.nested(),
            "new_max_fee": 7, "successful": True, "operation_count": len(operations),
            **{name: rng.getrandbits(62) for name in numbers}, "tx_signers": ["a", Raw("1.50")][:rng.randrange(3)],
            "operations": operations, "events": [], "diagnostic_events": [self.make_event(number, 9)]},
            ["account_muxed", "memo", "new_max_fee"]) for i in range(rng.randrange(3))]
        return self.drop({
            "sequence": self.next_ledger(), "ledger_hash": f"{number:064x}", "previous_ledger_hash": "0" * 64,
            "closed_at": self.time(), "extra": self.nested(), "protocol_version": 20, "total_coins": 1054439020873472865,
            "fee_pool": 1 << 40, "base_fee": 100, "base_reserve": 5_000_000, "max_tx_set_size": 1000,
            "successful_transaction_count": 3, "failed_transaction_count": 0, "soroban_fee_write_1kb": 11800,
            "node_id": "G", "signature": "AAAA", "transactions": transactions},
            ["soroban_fee_write_1kb", "node_id", "signature"])

    # Lines

    def line(self):
        """A line without its end, mostly a message that can be stored."""
        self.loose = self.rng.random() < 0.3
        if self.rng.random() < self.bad:
            return self.bad_line()
        kind = self.rng.choice(self.kinds)
        self.count += 1
        text = self.dump(getattr(self, f"make_{kind}")(self.count)).encode()
        ends = [b"", b"", b"", b"\r", b" ", b"\t "] if self.loose else [b""]
        return (b" " if self.loose and self.rng.random() < 0.1 else b"") + text + self.rng.choice(ends)

    def bad_line(self):
        rng = self.rng
        self.count += 1
        number = self.count
        pick = rng.randrange(6)
        if pick == 0:
            return rng.choice([b"", b"  ", b"\r", b"nonsense", b"{", b"[1]", b"3", b'"text"', b"null", b'{"a":1}}',
                               b'{"a":1}{"b":2}', b"\xff\xfe", b'{"a":"\xff"}', b'{"a":01}', b"{'a':1}", b'{"a":1,}',
                               b"{}", b'{"":1}', b'{"uid":1,"uid":2}', b'{"a":NaN}', b'{"a":\x01}'])
        if pick == 1:
            message = self.make_contract_data(number)
            name = rng.choice(["contract_durability", "last_modified_ledger", "closed_at", "ledger_sequence",
                               "deleted", "ledger_entry_change"])
            message[name] = rng.choice([None, -1, 1 << 32, "7", 1.5, [], {}, True]) if rng.random() < 0.8 else None
            if rng.random() < 0.2:
                del message[name]
        elif pick == 2:
            message = self.make_contract_data_message(number)
            message["contract_data"][rng.choice(["last_modified_ledger", "ledger_entry_change", "deleted"])] = (
                rng.choice(["x", -1, 1 << 40, Raw("1.25"), Raw("1e30"), {}]))
        elif pick == 3:
            message = self.make_event_rpc(number)
            del message[rng.choice(["ledgerClosedAt", "contractId", "id", "inSuccessfulContractCall", "txHash"])]
        elif pick == 4:
            message = self.make_asset(number)
            message[rng.choice(["code", "type", "timestamp"])] = None
        else:
            message = self.make_event_list(number)
            message["events"].insert(rng.randrange(len(message["events"]) + 1),
                                     rng.choice([5, None, {}, {"type": 1, "in_successful_contract_call": 1}]))
        return self.dump(message).encode()
