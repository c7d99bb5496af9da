# SPDX-License-Identifier: GPL-3.0-or-later
"""JSONata expressions at random, of every form of the language; mostly such that they mean something over DOCUMENT."""
import random

DOCUMENT = {
    "id": 7, "name": "Ann Lee", "price": 12.5, "none": None, "yes": True, "empty": [], "blank": "", "deep": {"a": {"b": [1, 2, {"c": "x"}]}},
    "items": [{"sku": "A-17", "price": 2.5, "qty": 4, "tags": ["red", "new"], "size": {"w": 1, "h": 2}},
              {"sku": "B-2", "price": 10, "qty": 1, "tags": ["blue"], "size": {"w": 3, "h": 1}},
              {"sku": "C-30", "price": 0.1, "qty": 30, "tags": [], "note": "the last"}],
    "one": [{"sku": "only", "price": 3, "qty": 2}],
    "people": [{"id": 1, "name": "Ann", "boss": 2}, {"id": 2, "name": "Bob"}, {"id": 3, "name": "Cid", "boss": 2}],
    "matrix": [[1, 2], [3, 4, [5]], []], "numbers": [3, 1, 2, 10, -4], "words": ["pear", "Apple", "fig", "äh"],
}
FIELDS = ["id", "name", "price", "none", "yes", "empty", "blank", "deep", "items", "one", "people", "matrix", "numbers", "words", "missing"]
INNER = ["sku", "price", "qty", "tags", "size", "note", "name", "id", "boss", "a", "b", "w"]
PATHS = ["items", "items.price", "items.sku", "items.tags", "one", "one.sku", "people", "people.name", "numbers", "words", "matrix", "deep.a.b", "deep",
         "items.size", "missing", "name", "price", "id", "items.(price * qty)", "deep.a.b.c", "empty", "none", "$", "$$"]
TEXTS = ['"a"', '"Ann"', '"pear"', '"A-17"', '" x  y "', '""', '"12"', '"1.5"', '"äöü"', '"a,b,c"', '"2018-03-23T10:33:36.617Z"', '"red"', '"0x1F"']
NUMBERS = ["0", "1", "2", "3", "-1", "1.5", "0.1", "10", "7", "100", "1e3", "-2.75", "123456.789"]
REGEXES = ["/a/", "/[A-Z]/", "/e+/i", "/(\\d)(\\d)?/", "/-/", "/^A/", "/(p)(e|i)/", "/\\s+/"]
PICTURES = ['"#,##0.00"', '"0"', '"000.0##"', '"#0%"', '"0.0e0"', '"#;(#)"']
INTEGER_PICTURES = ['"w"', '"I"', '"A"', '"000"', '"#,##0"', '"Ww"', '"i"', '"1;o"', '"w;o"', '"a"']
DATES = ['"[Y0001]-[M01]-[D01]"', '"[D1o] [MNn] [Y]"', '"[FNn,3-3] [H01]:[m01]:[s01].[f001] [Z]"', '"[h]:[m] [P]"', '"[W01] [X]"', '"[d]"']

# What each argument is: n number, s text, a array, o object, f1 f2 functions of so many arguments, b boolean, x anything, r pattern.
FUNCTIONS = {
    "sum": "a", "count": "a", "max": "a", "min": "a", "average": "a", "abs": "n", "floor": "n", "ceil": "n", "round": "nN", "power": "nn", "sqrt": "n",
    "number": "x", "string": "x", "length": "s", "substring": "snN", "substringBefore": "ss", "substringAfter": "ss", "uppercase": "s", "lowercase": "s",
    "trim": "s", "pad": "snS", "contains": "sp", "split": "sp", "join": "aS", "replace": "sps", "match": "sr", "boolean": "x", "not": "x", "exists": "x",
    "append": "aa", "reverse": "a", "sort": "aG", "distinct": "a", "zip": "aa", "map": "af", "filter": "af", "reduce": "ag", "single": "af", "sift": "of",
    "each": "of", "keys": "o", "lookup": "os", "spread": "o", "merge": "a", "type": "x", "formatNumber": "nP", "formatBase": "nN", "formatInteger": "nI",
    "parseInteger": "sI", "fromMillis": "nD", "toMillis": "s", "base64encode": "s", "base64decode": "s", "encodeUrlComponent": "s", "encodeUrl": "s",
    "decodeUrlComponent": "s", "decodeUrl": "s", "error": "s", "assert": "bs", "eval": "e",
}


class Grammar:
    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.variables: list[str] = []

    def pick(self, options):
        return self.chance.choice(options)

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.leaf()
        forms = [self.leaf, self.path, self.path, self.path, self.operator, self.operator, self.comparison, self.call, self.call, self.call, self.array,
                 self.object, self.conditional, self.block, self.lambda_call, self.chain, self.group, self.sort, self.join, self.transform, self.partial,
                 self.logic, self.concatenation, self.range]
        return self.pick(forms)(depth - 1)

    def leaf(self, _depth: int = 0) -> str:
        kinds = [lambda: self.pick(NUMBERS), lambda: self.pick(TEXTS), lambda: self.pick(FIELDS), lambda: self.pick(PATHS), lambda: self.pick(PATHS),
                 lambda: self.pick(["true", "false", "null"]), lambda: self.pick(self.variables or ["$"])]
        return self.pick(kinds)()

    def step(self, depth: int) -> str:
        kind = self.chance.random()
        if kind < 0.6:
            return self.pick(INNER)
        if kind < 0.7:
            return self.pick(["*", "**", "%", "$"])
        if kind < 0.85:
            return f"({self.expression(depth)})"
        return self.pick([self.array, self.object])(depth)

    def filter(self, depth: int) -> str:
        return "[" + self.pick([lambda: self.pick(["0", "1", "-1", "2", "[0,1]", "[0..1]", "$$.id", ""]), lambda: self.comparison(depth),
                                lambda: f"{self.pick(INNER)} {self.pick(['>', '<', '=', '!='])} {self.pick(NUMBERS)}",
                                lambda: self.expression(depth)])() + "]"

    def path(self, depth: int) -> str:
        out = self.pick(PATHS)
        for _ in range(self.chance.randrange(3)):
            out += "." + self.step(depth)
            if self.chance.random() < 0.3:
                out += self.filter(depth)
        if self.chance.random() < 0.3:
            out += self.filter(depth)
        return out

    def operator(self, depth: int) -> str:
        return f"({self.expression(depth)} {self.pick(['+', '-', '*', '/', '%'])} {self.expression(depth)})"

    def concatenation(self, depth: int) -> str:
        return f"{self.leaf()} & {self.expression(depth)}" if depth else f"{self.leaf()} & {self.leaf()}"

    def comparison(self, depth: int) -> str:
        return f"({self.expression(depth)} {self.pick(['=', '!=', '<', '<=', '>', '>=', 'in'])} {self.expression(depth)})"

    def logic(self, depth: int) -> str:
        return f"({self.expression(depth)} {self.pick(['and', 'or', '?:', '??'])} {self.expression(depth)})"

    def range(self, _depth: int) -> str:
        return f"[{self.pick(['0', '1', '-2', 'id'])}..{self.pick(['3', '5', '0', '$count(items)'])}]"

    def array(self, depth: int) -> str:
        return "[" + ", ".join(self.expression(depth) for _ in range(self.chance.randrange(4))) + "]"

    def pairs(self, depth: int) -> str:
        # No key is a number: ECMAScript moves those to the front.
        keys = ['"k"', '"l"', "sku", "name", '"i" & id', '"m" & qty']
        count = self.chance.randrange(1, 3)
        return "{" + ", ".join(f"{key}: {self.expression(depth)}" for key in self.chance.sample(keys, count)) + "}"

    def object(self, depth: int) -> str:
        return self.pairs(depth)

    def group(self, depth: int) -> str:
        return self.pick(["items", "people", "one", "items[price > 1]", "numbers"]) + self.pairs(depth)

    def sort(self, depth: int) -> str:
        terms = ", ".join(self.pick(["", ">", "<"]) + self.pick(["price", "qty", "name", "sku", "$", "id", "size.w", "boss"]) for _ in range(self.chance.randrange(1, 3)))
        return self.pick(["items", "people", "numbers", "words", "one", "items.tags", "$append(items, one)"]) + f"^({terms})" + self.pick(["", ".sku", ".name", "[0]", ".%.id"])

    def join(self, depth: int) -> str:
        return self.pick([
            "items@$i.tags.{ 'sku': $i.sku, 'tag': $ }", "people@$p.people@$q[$q.id = $p.boss].{ 'who': $p.name, 'boss': $q.name }", "items#$n.{ 'n': $n, 'sku': sku }",
            "items.tags#$n[$n > 0]", "items#$n[price > 1].{ 'n': $n }", "items.tags.{ 't': $, 'of': %.sku }", "items.size.w.(%.%.sku)", "items@$i#$n[$n < 2].$i.sku",
            "people@$p.items[qty > $p.id].{ $p.name: sku }", "items[%.id = 7].sku", "items^(price)#$n.($n & sku)", "people@$p[$p.boss].$p.name",
            f"items@$i.({self.expression(depth)})", f"items#$n.({self.expression(depth)})"])

    def conditional(self, depth: int) -> str:
        other = f" : {self.expression(depth)}" if self.chance.random() < 0.7 else ""
        return f"({self.expression(depth)} ? {self.expression(depth)}{other})"

    def block(self, depth: int) -> str:
        name = f"$v{len(self.variables)}"
        value = self.expression(depth)
        self.variables.append(name)
        body = self.expression(depth)
        self.variables.pop()
        return f"({name} := {value}; {body})"

    def function(self, depth: int, count: int) -> str:
        if self.chance.random() < 0.3:
            return self.pick({1: ["$string", "$uppercase", "$sum", "$not", "$number", "$count"], 2: ["$append", "$power", "$contains", "$max", "$join"]}[count])
        names = [f"$p{len(self.variables) + i}" for i in range(count)]
        self.variables += names
        body = self.expression(depth)
        del self.variables[len(self.variables) - count:]
        return f"function({', '.join(names)}) {{ {body} }}"

    def lambda_call(self, depth: int) -> str:
        return f"{self.function(depth, 1)}({self.expression(depth)})"

    def chain(self, depth: int) -> str:
        return f"{self.expression(depth)} ~> {self.pick(['$string', '$count', '$uppercase', '$sum', '$reverse', '$distinct', '$type', '$keys', '$join(' + self.pick(TEXTS) + ')', '$map(' + self.function(depth, 1) + ')'])}"

    def partial(self, depth: int) -> str:
        return self.pick([f"$map(numbers, $power(?, 2))", f"($f := $substring(?, 0, {self.pick(NUMBERS)}); $f({self.expression(depth)}))",
                          f"($f := $append({self.expression(depth)}, ?); $f({self.expression(depth)}))", f"$map({self.expression(depth)}, $join(?, '-'))"])

    def transform(self, depth: int) -> str:
        removed = self.pick(["", ", 'qty'", ", ['sku', 'tags']", ", 'nothing'"])
        return f"{self.pick(['$', 'items', 'deep', 'one'])} ~> |{self.pick(['items', '$', 'one', '**', 'a', 'items[0]', '**[qty]', 'missing'])}|{{ 'new': {self.expression(depth)} }}{removed}|"

    def argument(self, kind: str, depth: int) -> str:
        if self.chance.random() < 0.06:
            return self.expression(depth)
        texts = [lambda: self.pick(TEXTS), lambda: self.pick(["name", "items[0].sku", "words[0]", "one.sku", "missing", "blank"])]
        if kind == "n":
            return self.pick([lambda: self.pick(NUMBERS), lambda: self.pick(["id", "price", "items[0].price", "$count(items)", "missing"])])()
        if kind == "a":
            return self.pick(["items.price", "numbers", "words", "items", "items.sku", "one.price", "empty", "missing", "[1, 2, 2]", "['b', 'a', 'b']", "matrix", "people", "id", "[]",
                              "items.size", "$keys(items)", self.array(depth)])
        if kind == "o":
            return self.pick(["items[0]", "deep", "deep.a", "items", "people[0]", "{ 'x': 1, 'y': 'z' }", "missing", "{}", "items.size"])
        if kind == "f":
            return self.function(depth, self.pick([1, 1, 2]))
        if kind == "g":
            return self.pick([self.function(depth, 2), "function($x, $y) { $x + $y }", "$append"])
        if kind in "rp":
            return self.pick(REGEXES) if kind == "r" or self.chance.random() < 0.5 else self.pick(texts)()
        if kind == "b":
            return self.pick(["true", "false", "yes", "id > 3"])
        if kind == "P":
            return self.pick(PICTURES)
        if kind == "I":
            return self.pick(INTEGER_PICTURES)
        if kind == "D":
            return self.pick(DATES)
        if kind == "e":
            return self.pick(['"1 + 2"', '"items.price"', '"$sum(numbers)"', '"("', '"$ ~> $string"', '"[1..3]"', "'$uppercase(name)'"])
        if kind == "x":
            return self.expression(depth)
        return self.pick(texts)()

    def call(self, depth: int) -> str:
        name = self.pick(list(FUNCTIONS))
        arguments = []
        for kind in FUNCTIONS[name]:
            # A capital letter: may be left out, and all behind it.
            if kind in "NSG":
                if self.chance.random() < 0.5:
                    break
                arguments.append({"N": lambda: self.pick(["0", "1", "2", "3", "-1"]), "S": lambda: self.pick(TEXTS),
                                  "G": lambda: self.pick(["function($l, $r) { $l > $r }", "function($l, $r) { $l.price < $r.price }", self.function(depth, 2)])}[kind]())
            else:
                arguments.append(self.argument(kind, depth))
        return f"${name}({', '.join(arguments)})"


def expressions(seed: int, count: int) -> list[str]:
    grammar = Grammar(seed)
    out: dict[str, None] = {}
    while len(out) < count:
        out[grammar.expression(grammar.chance.randrange(1, 4))] = None
    return list(out)
