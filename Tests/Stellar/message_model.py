"""What an archive makes of ledger messages, by an independent reading of its page, docs/adapters/stellar.md.

    model = Model(partition_by="ledger_day")
    rows = model.take(line)          # a list of Row, or raises Fault

`Row.values` has a value for each column of a predefined schema; of types that are inferred the values stay as they are
written until `column_type` has seen all of a file.
"""

import datetime
import re
from fractions import Fraction

import pyarrow as pa

from source_json import Duplicate, parse

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
TIME = pa.timestamp("us", tz="UTC")
TEXT, U32, U64, I64, BOOL = pa.string(), pa.uint32(), pa.uint64(), pa.int64(), pa.bool_()


def fields(*described):
    """Fields from names; a name with `!` is required, several for one type go in one text."""
    result = []
    for names, kind in described:
        result += [pa.field(name.rstrip("!"), kind, not name.endswith("!")) for name in names.split()]
    return pa.schema(result)


EVENT = pa.struct(list(fields(("id! type!", TEXT), ("contract_id topics data", TEXT),
                              ("in_successful_contract_call!", BOOL))))
CHANGE = pa.struct(list(fields(("id! change_type! ledger_entry_type! entry_data key_data", TEXT),
                               ("last_modified_ledger_sequence", I64))))


def list_of(kind):
    return pa.list_(pa.field("element", kind, False))


OPERATION = pa.struct(list(fields(
    ("id! source_account source_account_muxed type! body! result_code", TEXT),
    ("ledger_entry_changes!", list_of(CHANGE)), ("events!", list_of(EVENT)))))
TRANSACTION = pa.struct(list(fields(
    ("transaction_hash! account! account_muxed", TEXT), ("account_sequence! max_fee! fee_charged!", I64),
    ("fee_account fee_account_muxed inner_transaction_hash", TEXT), ("new_max_fee", I64), ("memo_type memo", TEXT),
    ("time_bounds_lower time_bounds_upper", I64), ("successful!", BOOL), ("transaction_result_code", TEXT),
    ("operation_count!", pa.int32()),
    ("inclusion_fee_bid! resource_fee! soroban_resources_instructions! soroban_resources_read_bytes!"
     " soroban_resources_write_bytes! non_refundable_resource_fee_charged! refundable_resource_fee_charged!"
     " rent_fee_charged!", I64),
    ("tx_signers!", list_of(TEXT)), ("operations!", list_of(OPERATION)), ("events!", list_of(EVENT)),
    ("diagnostic_events!", list_of(EVENT)))))

SCHEMAS = {
    "contract_data_message": fields(
        ("contract_id!", TEXT),
        ("contract_key_type contract_durability asset_code asset_issuer asset_type balance_holder balance", TEXT),
        ("last_modified_ledger ledger_entry_change", U32), ("deleted", BOOL), ("closed_at", TIME),
        ("ledger_sequence!", U32), ("ledger_key_hash processor_name message_type", TEXT), ("timestamp", TIME),
        ("archive_file_name archive_bucket_name", TEXT), ("archive_file_size", I64)),
    "contract_data": fields(
        ("contract_id! contract_key_type! contract_durability! asset_code asset_issuer asset_type balance_holder"
         " balance", TEXT), ("last_modified_ledger! ledger_entry_change!", U32), ("deleted!", BOOL),
        ("closed_at!", TIME), ("ledger_sequence!", U32), ("ledger_key_hash", TEXT)),
    "event": fields(
        ("type!", TEXT), ("ledger!", U64), ("ledger_closed_at! contract_id! id! paging_token topic value", TEXT),
        ("in_successful_contract_call!", BOOL), ("tx_hash!", TEXT)),
    "asset_details": fields(("code! issuer type!", TEXT), ("timestamp!", TIME)),
    "ledger": fields(
        ("sequence!", I64), ("ledger_hash! previous_ledger_hash!", TEXT),
        ("closed_at!", pa.timestamp("ms", tz="UTC")), ("protocol_version!", pa.int32()),
        ("total_coins! fee_pool!", I64),
        ("base_fee! base_reserve! max_tx_set_size! successful_transaction_count! failed_transaction_count!",
         pa.int32()), ("soroban_fee_write_1kb", I64), ("node_id signature", TEXT),
        ("transactions!", list_of(TRANSACTION))),
}
DESCRIPTIONS = {
    "contract_data_message": "Contract data entries with the messages they came in",
    "contract_data": "Contract data entries", "event": "Contract events", "asset_details": "Details of assets",
    "ledger": "Whole ledgers with transactions, operations and events",
}

# Where a column's value may be beside its own name.
ALIASES = {
    "ledger": ["ledger", "ledger_sequence"],
    "ledger_closed_at": ["ledger_closed_at", "ledgerClosedAt", "closed_at", "timestamp"],
    "contract_id": ["contract_id", "contractId"],
    "paging_token": ["paging_token", "pagingToken"],
    "topic": ["topic", "topics"],
    "value": ["value", "data"],
    "in_successful_contract_call": [
        "in_successful_contract_call", "inSuccessfulContractCall", "in_successful_tx"],
    "tx_hash": ["tx_hash", "txHash", "transaction_hash"],
}


class Fault(Exception):
    """A message that cannot be stored: the field at fault, the type, whether it is JSON at all."""

    def __init__(self, field=None, kind=None, is_json=True):
        super().__init__(field, kind, is_json)
        self.field, self.kind, self.is_json = field, kind, is_json


class Row:
    """A row: schema (a key of SCHEMAS, or `inferred`), type (of folders), folder, ledger, values."""

    def __init__(self, schema, kind, folder, ledger, values):
        self.schema, self.kind, self.folder, self.ledger, self.values = schema, kind, folder, ledger, values


def whole(value):
    """The whole number that a value is; None where it is none."""
    if value is None or value.kind != "number":
        return None
    if re.fullmatch(r"-?[0-9]+", value.raw):
        return int(value.raw)
    number = Fraction(value.raw) if len(value.raw) < 40 else None
    return int(number) if number is not None and number.denominator == 1 else None


def unsigned(value):
    number = whole(value)
    return number if number is not None and 0 <= number < 1 << 64 else None


PARTS = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?")


def microseconds(value):
    """The point in time that a value is, since 1970; None where it is none."""
    if value.kind == "number":
        number = Fraction(value.raw) * 1_000_000
        # Digits behind the microseconds are cut off.
        return int(number) if abs(number) < 1 << 63 else None
    match = PARTS.fullmatch(value.decoded) if value.kind == "string" else None
    if not match:
        return None
    zone = match.group(8) or "Z"
    try:
        moment = datetime.datetime(*[int(match.group(i)) for i in range(1, 7)], tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    offset = 0 if zone == "Z" else (int(zone[1:3]) * 60 + int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
    seconds = (moment - EPOCH) // datetime.timedelta(seconds=1) - offset * 60
    return seconds * 1_000_000 + int((match.group(7) or "0").ljust(9, "0")[:6])


def moment(number):
    return EPOCH + datetime.timedelta(microseconds=number)


def folder_name(kind):
    name = "".join(c if re.match(r"[A-Za-z0-9_.-]", c) else "_" for c in kind[:100])
    return "_" + name[1:] if name.startswith(".") else name


class Model:
    def __init__(self, partition_by="ledger_day", ledgers_per_file=10_000, ledger_range_end="inclusive",
                 path_prefix="", now=None):
        self.partition_by, self.count, self.end = partition_by, ledgers_per_file, ledger_range_end
        self.prefix = path_prefix
        self.now = now or (datetime.datetime.now(datetime.timezone.utc) - EPOCH) // datetime.timedelta(
            microseconds=1)
        self.warnings = 0

    # Lines

    def take(self, line):
        """The rows of a line of bytes; none for a blank one."""
        if not line.strip(b" \t\r"):
            return []
        try:
            message = parse(line.decode(), opened=("contract_data", "archive_metadata"))
        except (Duplicate, ValueError, RecursionError) as error:
            raise Fault(is_json=False) from error
        schema = self.schema(message)
        kind = {"contract_data_message": "contract_data", "events": "event"}.get(schema, schema)
        if schema == "inferred":
            given = message.get("message_type")
            kind = (given.decoded if given is not None and given.kind == "string" else "") or "unknown"
        ledger = self.ledger(message, schema)
        warnings = self.warnings
        try:
            rows = self.rows(message, schema)
        except Fault as fault:
            self.warnings = warnings
            fault.kind = kind
            raise
        folder = self.folder(message, schema, kind, ledger)
        name = "event" if schema == "events" else schema
        # Each event of a list may have a ledger of its own.
        return [Row(name, kind, folder, values["ledger"] if schema == "events" else ledger, values) for values in rows]

    @staticmethod
    def schema(message):
        def has(*names):
            return all(name in message for name in names)

        def is_array(name):
            return has(name) and message[name].kind == "array"

        given = message.get("message_type")
        if (given is not None and given.kind == "string" and given.decoded == "contract_data"
                and has("contract_data") and message["contract_data"].kind == "object"):
            return "contract_data_message"
        if has("contract_id", "contract_key_type"):
            return "contract_data"
        if has("type", "ledger"):
            return "event"
        if has("transaction_hash", "ledger_sequence"):
            if is_array("events"):
                return "events"
            if has("type", "contract_id") and (has("topic") or has("topics")):
                return "event"
        if has("code", "timestamp"):
            return "asset_details"
        if has("sequence", "ledger_hash") and is_array("transactions"):
            return "ledger"
        return "inferred"

    @staticmethod
    def ledger(message, schema):
        if schema == "events":
            events = message["events"].elements
            groups = ([events[0]] if events and events[0].kind == "object" else []) + [message]
            found = [group.get(name) for group in groups for name in ("ledger", "ledger_sequence")]
        elif schema == "contract_data_message":
            found = [group.get("ledger_sequence") for group in (message["contract_data"], message)]
        else:
            names = {"contract_data": ["ledger_sequence"], "event": ["ledger", "ledger_sequence"],
                     "ledger": ["sequence"]}.get(schema, ["ledger_sequence", "ledger", "LedgerSeq"])
            found = map(message.get, names)
        return next((number for number in map(unsigned, found) if number is not None), None)

    # Folders

    def folder(self, message, schema, kind, ledger):
        prefix = self.prefix.replace("{message_type}", folder_name(kind))
        if self.partition_by == "ledger_range":
            first = (ledger or 0) // self.count * self.count
            last = min(first + self.count - (self.end == "inclusive"), (1 << 64) - 1)
            folder = f"ledgers/{first}-{last}"
        else:
            candidates = [message.object_or_empty("contract_data").get("closed_at")]
            if schema == "events" and message["events"].elements:
                # The events' own time goes before that of the message.
                candidates = [message["events"].elements[0].get("closed_at")]
            candidates += [message.get(name) for name in
                           ("closed_at", "ledger_closed_at", "ledgerClosedAt", "timestamp")]
            times = [microseconds(value) for value in candidates if value is not None]
            time = next((time for time in times if time is not None), self.now)
            at = moment(time)
            folder = f"year={at.year:04}/month={at.month:02}/day={at.day:02}"
            if self.partition_by == "hour":
                folder += f"/hour={at.hour:02}"
        return f"{prefix}/{folder}" if prefix else folder

    # Rows

    def rows(self, message, schema):
        if schema == "inferred":
            if not message.members or "" in message.members:
                raise Fault()
            return [{name: value for name, value in message.members.items()}]
        if schema == "events":
            return [self.inner_event(event, message, index)
                    for index, event in enumerate(message["events"].elements)]
        if schema == "ledger":
            return [self.nested(message, SCHEMAS["ledger"])]
        groups = [message]
        if schema == "contract_data_message":
            groups = [message["contract_data"], message]
        values = {}
        for field in SCHEMAS[schema]:
            name = field.name
            if schema == "event" and name == "id" and "id" not in message:
                values[name] = self.derived(message)
                if values[name] is not None:
                    continue
            if name.startswith("archive_"):
                found = message.object_or_empty("archive_metadata").get(name[len("archive_"):])
            else:
                names = ALIASES.get(name, [name]) if schema == "event" else [name]
                found = next((group[n] for group in groups for n in names if n in group), None)
            values[name] = self.value(found, field)
        return [values]

    @staticmethod
    def derived(message):
        def text(name):
            found = message.get(name)
            if found is None or found.kind == "null":
                return None
            return found.decoded if found.kind == "string" else found.raw

        if text("transaction_hash") is None or text("event_index") is None:
            return None
        operation = text("operation_index")
        return f"{text('transaction_hash')}-{'-1' if operation is None else operation}-{text('event_index')}"

    def inner_event(self, event, message, index):
        if event.kind != "object":
            raise Fault("events")
        values = {}
        for field in SCHEMAS["event"]:
            names = ["type_string", "type"] if field.name == "type" else ALIASES.get(field.name, [field.name])
            if field.name == "id" and "id" not in event:
                values["id"] = f"{message['transaction_hash'].decoded}-{index}"
                continue
            found = next((group[n] for group in (event, message) for n in names if n in group), None)
            values[field.name] = self.value(found, field)
        return values

    def value(self, found, field):
        if found is None or found.kind == "null":
            if not field.nullable:
                raise Fault(field.name)
            return None
        if field.type == TEXT:
            return found.decoded if found.kind == "string" else found.raw
        if field.type == BOOL:
            if found.kind != "boolean":
                raise Fault(field.name)
            return found.decoded
        if pa.types.is_timestamp(field.type):
            time = microseconds(found)
            if time is None:
                if not field.nullable:
                    raise Fault(field.name)
                self.warnings += 1
                return None
            return moment(time // 1000 * 1000 if field.type.unit == "ms" else time)
        low, high = {U32: (0, 1 << 32), U64: (0, 1 << 64), I64: (-1 << 63, 1 << 63),
                     pa.int32(): (-1 << 31, 1 << 31)}[field.type]
        number = whole(found)
        if number is None or not low <= number < high:
            raise Fault(field.name)
        return number

    def nested(self, found, described):
        """The value of a struct, a list or a leaf of a whole ledger."""
        if isinstance(described, (pa.Schema, pa.StructType)):
            children = [described.field(i) for i in range(len(described.names))]
            return {child.name: self.child(found.get(child.name), child) for child in children}
        return [self.nested_leaf_or_more(item, described.value_field) for item in found.elements]

    def child(self, found, field):
        if pa.types.is_list(field.type):
            if found is None or found.kind == "null":
                raise Fault(field.name)
            return self.nested(found, field.type)
        return self.value(found, field)

    def nested_leaf_or_more(self, item, field):
        return self.nested(item, field.type) if pa.types.is_struct(field.type) else self.value(item, field)


# Inferred columns

def value_type(value):
    """What a value is for inference; None for null."""
    if value.kind == "null":
        return None
    if value.kind == "boolean":
        return "boolean"
    if value.kind != "number":
        return "text"
    if re.fullmatch(r"-?[0-9]+", value.raw):
        number = int(value.raw)
        if -(1 << 63) <= number < 1 << 63:
            exact = abs(number) <= 1 << 53
            return ("small" if exact else "long") + ("-" if number < 0 else "")
        return "unsigned" if 0 <= number < 1 << 64 else "text"
    return "double" if abs(float(value.raw)) != float("inf") else "text"


def column_type(types):
    """The type of the column that holds values of all of `types`."""
    types = set(types) - {None}
    if not types or "text" in types:
        return TEXT
    if "boolean" in types:
        return BOOL if types == {"boolean"} else TEXT
    if "double" in types:
        return TEXT if types & {"long", "long-", "unsigned"} else pa.float64()
    if "unsigned" in types:
        return TEXT if types & {"small-", "long-"} else U64
    return I64


def fits(value, kind):
    """Whether a column of a type holds a value with nothing lost."""
    found = value_type(value)
    if found is None or kind == TEXT:
        return True
    if found == "double" and kind in (I64, U64):
        number = whole(value)
        return number is not None and (0 if kind == U64 else -1 << 63) <= number < 1 << (64 if kind == U64 else 63)
    return column_type({found} | {TEXT: {"text"}, BOOL: {"boolean"}, I64: {"small"}, U64: {"unsigned"},
                                  pa.float64(): {"double"}}[kind]) == kind


def stored(value, kind):
    """What a column of a type has for a value."""
    if value is None or value.kind == "null":
        return None
    if kind == TEXT:
        return value.decoded if value.kind == "string" else value.raw
    if kind == BOOL:
        return value.decoded
    return float(value.raw) if kind == pa.float64() else whole(value)


class Columns:
    """The columns of an inferred type over its files, one after another."""

    def __init__(self, evolves):
        self.evolves, self.types, self.columns, self.version = evolves, None, {}, -1

    def take(self, rows):
        """The columns of a file and which of its rows stay; changes what later files have."""
        seen = {}
        for row in rows:
            for name, value in row.values.items():
                seen.setdefault(name, set()).add(value_type(value))
        if self.types is None or self.evolves:
            self.types = self.types or {}
            for name, types in seen.items():
                self.types.setdefault(name, set()).update(types)
            columns = {name: column_type(types) for name, types in sorted(
                self.types.items(), key=lambda item: item[0].encode())}
            if columns != self.columns:
                self.columns, self.version = columns, self.version + 1
            return columns, rows, {}
        misfits = {}
        for place, row in enumerate(rows):
            wrong = [name for name, value in row.values.items()
                     if name in self.columns and not fits(value, self.columns[name])]
            if wrong:
                misfits[place] = wrong
        return self.columns, [row for place, row in enumerate(rows) if place not in misfits], misfits
