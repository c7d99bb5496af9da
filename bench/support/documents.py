# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of bench/mapping, bench/json and bench/schema: a shop's orders, of about the size asked, the same each time."""
import json
import random

COUNTRIES = ["DE", "FR", "NL", "PL", "ES", "IT"]
NAMES = ["Ann Lee", "Zoë Martin", "Per Holm", "Ivo Król", "Mia van Dijk", "Otto Blau", "Lea Conti", "Jo Ruiz"]
MAILBOXES = ["ann", "per", "ivo", "mia", "otto", "lea"]
NOTES = ["please ring twice, ref A-17", "urgent: needed for shelf B-204", "leave with the neighbour", "Express if it can be had, C-3",
         "gift wrapping, card says \"all the best\""]
SIZES = {"2k": 2 << 10, "1m": 1 << 20}


def _order(number: int, chance: random.Random) -> dict:
    name = chance.choice(NAMES)
    # Prices in quarters, so that no sum depends on the order of its terms.
    items = [{"sku": f"{chance.choice('ABC')}-{chance.randrange(1, 400)}", "price": chance.randrange(2, 800) / 4,
              "quantity": chance.randrange(1, 9), "tags": ["new"]} for _ in range(chance.randrange(1, 4))]
    return {"id": f"O-{100000 + number}", "number": number,
            "customer": {"name": name, "email": f"{chance.choice(MAILBOXES)}.{number}@example.com", "country": chance.choice(COUNTRIES)},
            "placed": f"2024-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T{chance.randrange(24):02}:{chance.randrange(60):02}:12Z",
            "status": chance.choice(["open", "open", "paid", "sent"]), "total": chance.randrange(40, 40_000) / 4,
            "note": chance.choice(NOTES), "items": items}


def _category(depth: int, chance: random.Random) -> dict:
    out = {"weight": chance.randrange(1, 9)}
    if depth > 1:
        out["children"] = [_category(depth - 1, chance), {"weight": chance.randrange(1, 9)}]
    return out


def orders(size: int) -> str:
    """An object with `orders`, `countries` and the nested `catalog`, which grows with the orders. JSON without blanks."""
    chance = random.Random(4711)
    shop = {"shop": "north", "countries": [{"code": code, "rate": 0.25 + at} for at, code in enumerate(COUNTRIES)], "orders": [],
            "catalog": {"weight": 1, "children": []}}
    length = len(json.dumps(shop, separators=(",", ":")))
    number = 0
    while length < size:
        number += 1
        made = _order(number, chance)
        shop["orders"].append(made)
        length += len(json.dumps(made, separators=(",", ":"), ensure_ascii=False).encode()) + 1
        if number % 4 == 0:
            branch = _category(6, chance)
            shop["catalog"]["children"].append(branch)
            length += len(json.dumps(branch, separators=(",", ":"))) + 1
    return json.dumps(shop, separators=(",", ":"), ensure_ascii=False)
