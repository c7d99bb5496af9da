# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Schemas at random, of every keyword of a draft but `format`, each with documents that mostly say something to it."""
import random

NAMES = ["a", "b", "c", "d", "foo"]
PATTERNS = ["^a", "b$", "^[a-c]$", "o", "^.{1}$", ".", "x|y", "^\\d+$"]
BOTH = ["type", "properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties", "propertyNames", "items", "contains",
        "uniqueItems", "minItems", "maxItems", "allOf", "anyOf", "oneOf", "not", "if", "enum", "const", "minimum", "exclusiveMaximum", "minLength", "maxLength",
        "pattern", "$ref"]
DRAFT = {"draft7": ["additionalItems", "items of each", "dependencies"],
         "draft2020-12": ["prefixItems", "unevaluatedProperties", "unevaluatedItems", "dependentSchemas", "dependentRequired", "minContains", "unevaluatedProperties",
                          "unevaluatedItems", "$dynamicRef", "$anchor"]}
SCHEMA_OF = ["additionalProperties", "propertyNames", "contains", "not", "items", "unevaluatedProperties", "unevaluatedItems", "additionalItems"]
NUMBER_OF = ["minProperties", "maxProperties", "minItems", "maxItems", "minLength", "maxLength"]


class Schemas:
    def __init__(self, draft: str, seed: int):
        self.draft, self.chance = draft, random.Random(seed)
        self.definitions = "definitions" if draft == "draft7" else "$defs"

    def pick(self, options):
        return self.chance.choice(options)

    def value(self, depth: int = 2):
        kind = self.chance.random()
        if kind < 0.16:
            return self.pick([0, 1, 2, 3, -1, 1.0, 1.5, 10, 1e3, 0.1])
        if kind < 0.3:
            return self.pick(["", "a", "ab", "foo", "é", "💩", "💩💩", "12", "x"])
        if kind < 0.38:
            return self.pick([True, False, None])
        if depth <= 0:
            return self.pick([1, "a", None, [], {}])
        if kind < 0.66:
            return [self.value(depth - 1) for _ in range(self.chance.randrange(4))]
        return {self.pick(NAMES): self.value(depth - 1) for _ in range(self.chance.randrange(4))}

    def type(self):
        one = self.pick(["string", "number", "integer", "boolean", "null", "array", "object"])
        # Sorted: a set of texts has another order in each process.
        return one if self.chance.random() < 0.8 else sorted({one, self.pick(["string", "number", "object", "array"])})

    def schema(self, depth: int, refers: bool = True):
        """`refers`: whether there may be references; without them none can lead back to itself."""
        if depth <= 0 or self.chance.random() < 0.12:
            return self.pick([True, False, {}, {"type": self.type()}, {"const": self.value(1)}, {"minimum": self.pick([0, 1, 2])}, {"maxLength": 1}, {"minItems": 1},
                              {"required": ["a"]}, {"multipleOf": self.pick([1, 2, 0.5])}])
        out = {}
        for keyword in self.chance.sample(BOTH + DRAFT[self.draft], self.chance.randrange(1, 5)):
            self.add(out, keyword, depth - 1, refers)
        return out

    def add(self, out: dict, keyword: str, depth: int, refers: bool) -> None:
        def inner():
            return self.schema(depth, refers)
        if keyword in SCHEMA_OF:
            out[keyword] = inner()
        elif keyword in NUMBER_OF:
            out[keyword] = self.chance.randrange(4)
        elif keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
            out[keyword] = [inner() for _ in range(self.chance.randrange(1, 4))]
        elif keyword in ("properties", "dependentSchemas"):
            out[keyword] = {self.pick(NAMES): inner() for _ in range(self.chance.randrange(1, 3))}
        elif keyword == "if":
            out |= {word: inner() for word in ("if", "then", "else") if word == "if" or self.chance.random() < 0.7}
        elif keyword == "dependencies":
            out[keyword] = {self.pick(NAMES): inner() if self.chance.random() < 0.5 else [self.pick(NAMES)]}
        elif keyword == "minContains":
            out |= {"contains": inner(), "minContains": self.chance.randrange(3)}
        elif keyword == "items of each":
            out["items"] = [inner() for _ in range(self.chance.randrange(1, 3))]
        elif keyword in ("$ref", "$anchor", "$dynamicRef"):
            if refers:
                out |= {"$ref": {"$ref": f"#/{self.definitions}/{self.pick('AB')}"}, "$anchor": {"$ref": "#anchor"}, "$dynamicRef": {"$dynamicRef": "#dynamic"}}[keyword]
        else:
            out[keyword] = {"type": self.type, "patternProperties": lambda: {self.pick(PATTERNS): inner()}, "required": lambda: self.chance.sample(NAMES, self.chance.randrange(1, 3)),
                            "uniqueItems": lambda: True, "enum": lambda: [self.value(1) for _ in range(self.chance.randrange(1, 5))], "const": self.value,
                            "minimum": lambda: self.pick([0, 1, 1.5, 2, 3]), "exclusiveMaximum": lambda: self.pick([0, 1, 1.5, 2, 3]), "pattern": lambda: self.pick(PATTERNS),
                            "dependentRequired": lambda: {self.pick(NAMES): [self.pick(NAMES)]}}[keyword]()

    def whole(self) -> dict:
        def object_of(schema):
            return schema if isinstance(schema, dict) else {"allOf": [schema]}
        out = object_of(self.schema(3))
        if self.draft == "draft7" and "$ref" in out:
            out = {"allOf": [out]}  # beside $ref nothing counts there, the definitions neither
        out[self.definitions] = {name: self.schema(2, refers=False) for name in "AB"}
        if self.draft != "draft7":
            out["$defs"] |= {"C": object_of(self.schema(1, refers=False)) | {"$anchor": "anchor"}, "D": object_of(self.schema(1, refers=False)) | {"$dynamicAnchor": "dynamic"}}
        return out


def groups(draft: str, seed: int, count: int) -> list[dict]:
    """Schemas with eight documents each. The same seed gives the same ones."""
    made = Schemas(draft, seed)
    return [{"schema": made.whole(), "data": [made.value(3) for _ in range(8)]} for _ in range(count)]
