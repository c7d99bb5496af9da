# SPDX-License-Identifier: GPL-3.0-or-later
"""Where maps differ from the reference (docs/decisions/0031-mapping.md): what the line of a difference looks like, how many of a thousand
expressions may differ so, and why. One more than that is a difference that somebody should look at."""
import re

ON_PURPOSE = [
    (r"\$(substring|join)\(\?, .*(failed: |got )T041[02] at .* of \$(substring|join) ", 20, "a partly applied function of the language checks its arguments, as any call of it does"),
    (r"(failed: |got )T0410 at \d+:\d+: argument \d of \$(replace|uppercase) ", 2, "an argument of the wrong kind is refused before anything else is looked at"),
    (r"\$sort\(.*function.*: (wanted|failed)", 1, "what a comparator answers counts as $boolean() of it, also [] and {}"),
    (r"([)|]|\[\]) / .*: wanted S0302, ", 5, "a / behind an order, a transform or an empty filter divides; the reference takes it for the start of a regular expression"),
    (r", .*: wanted [DT]\d+, got [DT]\d+ at ", 4, "the reference evaluates items and members side by side: of two faults the other may come first"),
    (r"\[.*\].*: wanted T2001, got T2002 at ", 1, "nothing is not counted as an array of one"),
    (r"\[.+\].*: wanted ([DT]\d+|true|""|\{\}), got nothing$", 2, "nothing is no item: it passes no filter"),
    (r"\[\[0(, ?|\.\.)1\]\].*: wanted ([DT]\d+, got |.*\[null,null)", 1, "the same: a filter of places finds nothing in nothing"),
    (r"\[.+ [<>]=? .*\].*: wanted \{.*, got T2010 at |\[.+\].*\(.* [<>]=? missing\).*: wanted ", 1, "the same: what is compared behind such a filter"),
    (r"\$parseInteger\(.*: (wanted|failed)", 5, "a text that does not fit its picture is nothing, not NaN; capital letters are read"),
    (r"\$power\(.*: wanted .*\d\.\d{10}.*, got .*\d\.\d{10}", 1, "the last of 17 digits: pow() of the C library is nearer than V8's"),
    (r" % 0\).*D1001 at ", 1, "no number (0 / 0, 10 % 0) is kept in a document"),
    (r"\$formatNumber\(.*\"0\.0e0\"\).*: wanted .*e\d", 1, "one digit before the point is one digit before the point: 1.0e3, not 10.0e2"),
]


def unexplained(lines: list[str], count: int) -> list[str]:
    """Those of `count` expressions' differences that no exception explains, or that are too many of their kind."""
    left, seen = [], [0] * len(ON_PURPOSE)
    for line in lines:
        kind = next((number for number, (text, _, _) in enumerate(ON_PURPOSE) if re.search(text, line)), None)
        if kind is not None:
            seen[kind] += 1
        if kind is None or seen[kind] * 1000 > ON_PURPOSE[kind][1] * count:
            left.append(line)
    return left
