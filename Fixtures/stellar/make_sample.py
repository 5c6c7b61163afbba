#!/usr/bin/env python3
"""Makes the sample messages that docs/adapters/stellar.md is tried on: invented, and the same every time.

usage: make_sample.py FOLDER

messages.ndjson has 400 messages of four types over three days; three lines of it cannot be stored.
"""

import base64
import datetime
import hashlib
import json
import sys
from pathlib import Path

START = datetime.datetime(2031, 3, 1, 21, 0, 0)
FIRST_LEDGER = 700_000


def digest(*parts):
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def contract(number):
    return "C" + base64.b32encode(bytes.fromhex(digest("contract", number)))[:55].decode()


def entry(number, ledger, closed):
    holder, amount = number % 5, number * 1_250_000_000 + number
    data = {
        "contract_id": contract(number % 3), "contract_key_type": "ScValTypeScvVec",
        "contract_durability": "ContractDataDurabilityPersistent", "asset_code": "", "asset_issuer": "",
        "asset_type": "", "balance_holder": contract(10 + holder), "balance": str(amount << 64 if number % 50 == 1 else
                                                                                  amount),
        "last_modified_ledger": ledger, "ledger_entry_change": 0 if number < 15 else 1, "deleted": number % 40 == 39,
        "closed_at": closed, "ledger_sequence": ledger, "ledger_key_hash": digest("key", number % 15),
        "key": "AAAAEAAAAAEAAAAC", "key_decoded": {"vec": [{"symbol": "Balance"}, {"u32": holder}]},
    }
    return {"message_type": "contract_data", "processor_name": "contract_data_processor",
            "contract_id": data["contract_id"], "ledger_sequence": ledger, "timestamp": "2031-04-06T18:40:59.123456789Z",
            "contract_data": data, "archive_metadata": {"source_type": "FS", "bucket_name": "pail",
                                                        "file_name": f"ledger-{ledger}.xdr", "file_size": 4096 + number}}


def event(number, ledger, closed):
    kind = ["transfer", "mint", "burn", "transfer"][number % 4]
    return {"type": "contract", "ledger": ledger, "ledgerClosedAt": closed, "contractId": contract(number % 3),
            "id": f"{ledger << 32:019}-{number:010}", "pagingToken": f"{ledger << 32:019}-{number:010}",
            "topic": [kind, f"party {number % 7}"], "value": {"i128": str(number * 1_000_003)},
            "inSuccessfulContractCall": number % 9 != 0, "txHash": digest("transaction", number // 2)}


def swap(number, ledger, closed):
    message = {"message_type": "swap", "ledger_sequence": ledger, "timestamp": closed, "amount_in": 1000 + number * 7,
               "amount_out": 990 + number * 7, "price": round(0.5 + number / 400, 4), "path": ["PLUM", "FIG", "LIME"],
               "pool": contract(number % 3)}
    if number % 10 == 0:
        message["note"] = None
    return message


def asset(number, ledger, closed):
    return {"code": ["PLUM", "FIG", "LIME", "KIWI"][number % 4], "issuer": None if number % 4 == 3 else contract(20),
            "type": "credit_alphanum4", "timestamp": closed}


def lines():
    result = []
    for number in range(400):
        ledger = FIRST_LEDGER + number // 4
        closed = (START + datetime.timedelta(minutes=3 * (number // 4))).strftime("%Y-%m-%dT%H:%M:%SZ")
        kind = [entry, event, swap, asset][number % 4]
        message = kind(number // 4, ledger, closed)
        if number == 41:
            del message["txHash"]
        if number == 200:
            message["contract_data"]["last_modified_ledger"] = -1
        text = json.dumps(message, separators=(",", ":"))
        result.append(text if number != 300 else text[:-20])
    return result


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    Path(sys.argv[1], "messages.ndjson").write_text("\n".join(lines()) + "\n")


if __name__ == "__main__":
    main()
