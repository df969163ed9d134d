"""Sums of the transactions of IATI files, by type and currency, read with lxml and added up as exact decimals:
an opinion that shares nothing with the program under test.  usage: iati_sums.py FILE..."""
import collections, decimal, sys
from lxml import etree
sums, counts = collections.Counter(), collections.Counter()
decimal.getcontext().prec = 60
for name in sys.argv[1:]:
    for activity in etree.parse(name).getroot().iter("iati-activity"):
        usual = activity.get("default-currency", "").strip()
        for t in activity.findall("transaction"):
            value = t.find("value")
            key = t.find("transaction-type").get("code").strip(), (value.get("currency") or usual).strip()
            sums[key] = sums.get(key, decimal.Decimal(0)) + decimal.Decimal(value.text.strip())
            counts[key] += 1
for key in sorted(sums):
    print(*key, counts[key], format(sums[key].normalize() + 0, "f"))
