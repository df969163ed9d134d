#!/usr/bin/python3
"""The standard ruleset of IATI, evaluated by XPath as its SPEC says: an opinion that is not ours.

usage: iati_ruleset.py STANDARD.json AGENCIES.xml TODAY FILE...
Prints "FILE RULE COUNT" for each rule that a file breaks: one count for each case in each context
(and each value of a loop).  The registry's list of publishers is not here: every organisation is
taken as one that is not on it.
"""
import datetime
import json
import sys
from collections import Counter
from decimal import Decimal, InvalidOperation

from lxml import etree

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def text(node):
    return "".join(node.itertext()) if isinstance(node, etree._Element) else str(node)


def day(node):
    try:
        return datetime.date.fromisoformat(text(node).strip()[:10])
    except ValueError:
        return None


def year_after(d):
    return d.replace(year=d.year + 1, day=28) if (d.month, d.day) == (2, 29) else d.replace(year=d.year + 1)


class Rules:
    def __init__(self, ruleset, agencies, today):
        self.ruleset = json.load(open(ruleset, encoding="utf8"))
        self.agencies = [c.text.strip() for c in etree.parse(agencies).iter("code")]
        self.today = today

    def dates(self, context, path):
        return [self.today] if path == "NOW" else [d for d in map(day, context.xpath(path)) if d]

    def nodes(self, context, case):
        return [n for p in case.get("paths", []) for n in context.xpath(p)]

    def holds(self, rule, case, context):
        if "condition" in case and not context.xpath(case["condition"]):
            return True
        return getattr(self, rule)(context, case)

    def unique(self, context, case):
        texts = [text(n) for n in self.nodes(context, case)]
        return len(texts) == len(set(texts))

    def startswith(self, context, case):
        if case["prefix"] == ["ORG-ID-PREFIX"]:
            prefixes = self.agencies
        else:
            prefixes = [text(n) for p in case["prefix"] for n in context.xpath(p)]
        # something follows the separator: an identifier of its own
        least = 1 if case.get("separator") else 0
        return all(any(text(n).startswith(p + case.get("separator", "")) and
                       len(text(n)) >= len(p + case.get("separator", "")) for p in prefixes)
                   for n in self.nodes(context, case))

    def atleast_one(self, context, case):
        return len(self.nodes(context, case)) > 0

    def no_more_than_one(self, context, case):
        return len(self.nodes(context, case)) <= 1

    def one_or_all(self, context, case):
        if context.xpath(case["one"]):
            return True
        if case["all"] == "lang":
            return all(n.get(LANG) is not None for n in context.iter("narrative"))
        if case["all"] == "currency":
            return all(n.get("currency") is not None for n in context.iter("value"))
        return all(t.find("sector") is not None for t in context.findall("transaction"))

    def date_now(self, context, case):
        return all(d <= self.today for d in self.dates(context, case["date"]))

    def date_order(self, context, case):
        less, more = self.dates(context, case["less"]), self.dates(context, case["more"])
        if case["more"] != "NOW":
            less, more = less[:1], more[:1]
        return all(a <= b for a in less for b in more)

    def time_limit(self, context, case):
        start, end = self.dates(context, case["start"]), self.dates(context, case["end"])
        return not start or not end or end[0] <= year_after(start[0])

    def between_dates(self, context, case):
        start, end = self.dates(context, case["start"]), self.dates(context, case["end"])
        return all((not start or start[0] <= d) and (not end or d <= end[0])
                   for d in self.dates(context, case["date"]))

    def regex_matches(self, context, case):
        import re
        return all(re.match(case["regex"], text(n), re.S) for n in self.nodes(context, case))

    def no_spaces(self, context, case):
        return all(text(n) == text(n).strip(" \t\r\n") for n in self.nodes(context, case))

    def strict_sum(self, context, case):
        try:
            return sum((Decimal(text(n).strip()) for n in self.nodes(context, case)), Decimal(0)) == Decimal(case["sum"])
        except InvalidOperation:
            return False

    def range(self, context, case):
        try:
            return all(Decimal(str(case["min"])) <= Decimal(text(n).strip()) <= Decimal(str(case["max"]))
                       for n in self.nodes(context, case))
        except InvalidOperation:
            return False

    def if_then(self, context, case):
        return not context.xpath("boolean(%s)" % case["if"]) or context.xpath("boolean(%s)" % case["then"])

    def loop(self, context, case, found):
        for value in dict.fromkeys(text(n) for n in context.xpath(case["foreach"])):
            for rule, inner in case["do"].items():
                for one in inner["cases"]:
                    one = dict(one)
                    for key in case["subs"]:
                        if isinstance(one.get(key), list):
                            one[key] = [p.replace("$1", value) for p in one[key]]
                        elif key in one:
                            one[key] = one[key].replace("$1", value)
                    if not self.holds(rule, one, context):
                        found[one["ruleInfo"]["id"]] += 1

    def check(self, tree):
        found = Counter()
        for path, rules in self.ruleset.items():
            for context in tree.xpath(path):
                for rule, cases in rules.items():
                    for case in cases["cases"]:
                        if rule == "loop":
                            self.loop(context, case, found)
                        elif not self.holds(rule, case, context):
                            found[case["ruleInfo"]["id"]] += 1
        return found


def main():
    rules = Rules(sys.argv[1], sys.argv[2], datetime.date.fromisoformat(sys.argv[3]))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for name in sys.argv[4:]:
        tree = etree.parse(name, parser)
        if tree.getroot().tag not in ("iati-activities", "iati-organisations") or tree.getroot().get("version", "2").startswith("1"):
            continue
        for rule, count in sorted(rules.check(tree).items()):
            print(name, rule, count)


main()
