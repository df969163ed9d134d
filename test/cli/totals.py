"""Sums of money by an independent program: a random register is written through `benkan do`, and what `benkan totals`
says of it is compared with sums that are made here, with Python's decimal and fractions, from what was written.
usage: totals.py BENKAN NODE OTHER-NODE SEED"""
import collections, decimal, fractions, json, random, subprocess, sys
benkan, node, other, seed = sys.argv[1:]
rng = random.Random(int(seed))
places = {"XOF": 0, "EUR": 2, "RUB": 2, "USD": 2, "KWD": 3, "GNF": 0}
sectors, countries = ["11110", "14030", "21020", "31110", "43082"], ["ML", "RU", "BF", "NE"]
counter = 0


def uuid():
    global counter
    counter += 1
    return f"01990000-{counter:04x}-7000-8000-{rng.getrandbits(48):012x}"


def run(*args, **kw):
    r = subprocess.run([benkan, *args], capture_output=True, text=True, **kw)
    if r.returncode not in (0, 1):
        sys.exit(f"{args}: {r.returncode} {r.stderr}")
    return r


def do(where, drafts):
    lines = "".join(json.dumps(d) + "\n" for d in drafts)
    out = run("do", "--node", where, "--actor", "sec-1", "-", input=lines).stdout
    for draft, line in zip(drafts, out.splitlines()):
        if "error" in line:
            sys.exit(f"{json.dumps(draft)}\n{line}")


def shares(keys):
    """Percentages that add up to 100, with awkward fractions."""
    n = rng.randint(1, len(keys))
    cuts = sorted(rng.sample(range(1, 10000), n - 1))
    parts = [b - a for a, b in zip([0] + cuts, cuts + [10000])]
    return [(k, str(decimal.Decimal(p) / 100)) for k, p in zip(rng.sample(keys, n), parts)]


def project(organisations):
    data = {"title": {"fr": "P"}, "status": "2", "field": "transport"}
    if rng.random() < 0.7:
        data["sectors"] = [{"sector": k, "percentage": p} for k, p in shares(sectors)]
    else:
        data["sectors_on_transactions"] = True
    way = rng.random()
    if way < 0.5:
        data["locations"] = [{"country": k, "percentage": p} for k, p in shares(countries)]
    elif way < 0.7:
        data["locations"] = [{"country": rng.choice(countries)}]
    elif way < 0.9:  # shares that are not known split nothing
        data["locations"] = [{"country": "ML"}, {"country": "RU"}]
    if rng.random() < 0.8:
        data["reporter"] = rng.choice(organisations)
    return data


def day(first=2019, last=2025):
    return f"{rng.randint(first, last)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def amount(currency):
    units = rng.choice([rng.randint(-50, 50), rng.randint(1, 10**6), rng.randint(1, 10**13)])
    return str((decimal.Decimal(units) / 10 ** places[currency]).quantize(decimal.Decimal(1).scaleb(-places[currency])))


def payment(projects):
    ref = rng.choice(list(projects))
    currency = rng.choice(list(places))
    data = {"project": ref, "type": rng.choice(["1", "2", "3", "4"]), "date": day(),
            "value": {"amount": amount(currency), "currency": currency, "value_date": day()}}
    if projects[ref].get("sectors_on_transactions") and rng.random() < 0.8:
        data["sector"] = rng.choice(sectors)
    if rng.random() < 0.2:
        data["country"] = rng.choice(countries)
    data["secondary"] = rng.random() < 0.2
    return data


decimal.getcontext().prec = 80
parties = {"ml": node, "ru": other}
organisations, projects, payments, rates = [], {}, {}, []
drafts = {"ml": [], "ru": []}
for party in parties:
    for i in range(3):
        organisations.append(f"{party}/{(u := uuid())}")
        drafts[party].append({"type": "record.put", "kind": "organisation", "id": u, "data": {"name": {"fr": f"O {party} {i}"}, "type": "10"}})
for i in range(25):
    u = uuid()
    projects[f"joint/{u}"] = project([o for o in organisations if o.startswith("ml")])
    drafts["ml"].append({"type": "record.put", "kind": "project", "id": u, "data": projects[f"joint/{u}"]})
for origin, pairs in (("hub", [("EUR", "RUB"), ("USD", "RUB"), ("KWD", "USD")]), ("bank", [("EUR", "USD"), ("RUB", "XOF")])):
    for base, quote in pairs:
        for _ in range(12):
            r = {"origin": origin, "date": day(2018, 2025), "base": base, "quote": quote,
                 "value": str(decimal.Decimal(rng.randint(1000, 9999999)) / 10000)}
            if rng.random() < 0.3:
                r["units"] = rng.choice(["10", "100"])
            u = uuid()
            if not any(x["date"] == r["date"] and x["origin"] == origin and x["base"] == base for x in rates):
                rates.append(r | {"ref": f"ml/{u}"})
                drafts["ml"].append({"type": "record.put", "kind": "rate", "id": u, "data": r})
for i in range(400):
    party, u = "ml", uuid()
    payments[u] = payment(projects)
    drafts[party].append({"type": "record.put", "kind": "transaction", "id": u, "data": payments[u]})
do(node, drafts["ml"])
# Corrections, ends and projects that change, one commit and many.
for batch in (1, 1, 1, 50):
    later = []
    for u in rng.sample(list(payments), batch):
        payments[u] = payment(projects)
        later.append({"type": "record.put", "kind": "transaction", "id": u, "data": payments[u]})
    do(node, later)
for u in rng.sample(list(payments), 20):
    do(node, [{"type": "record.end", "kind": "transaction", "id": u, "reason": "no"}])
    del payments[u]


# --- the same by hand ---

def apportion(micro, parts, unit):
    """Largest remainders, of equals the first by code."""
    if micro % unit:
        unit = 1
    units, sign = abs(micro) // unit, -1 if micro < 0 else 1
    exact = [fractions.Fraction(units) * fractions.Fraction(p) / 100 for _, p in parts]
    got = [int(e) for e in exact]
    order = sorted(range(len(parts)), key=lambda i: (got[i] - exact[i], parts[i][0]))
    for i in order[: units - sum(got)]:
        got[i] += 1
    return [(k, sign * g * unit) for (k, _), g in zip(parts, got)]


def parts_of(own, said, key, micro, unit):
    if own:
        return [(own, micro)]
    if len(said) == 1 and "percentage" not in said[0]:
        return [(said[0][key], micro)]
    merged = collections.Counter()
    for p in said:
        merged[p[key]] += decimal.Decimal(p.get("percentage", 0))
    if sum(merged.values()) != 100:
        return [("", micro)]
    return apportion(micro, sorted((k, str(p)) for k, p in merged.items()), unit)


def last(base, quote, source, when):
    """The last rate on or before the day, either way round; a parity is always there."""
    if {base, quote} == {"EUR", "XOF"}:
        f = fractions.Fraction("655.957")
        return "parity", f if base == "EUR" else 1 / f
    best = None
    for r in rates:
        if r["origin"] != source or r["date"] > when or {r["base"], r["quote"]} != {base, quote}:
            continue
        f = fractions.Fraction(r["value"]) / fractions.Fraction(r.get("units", "1"))
        f = f if r["base"] == base else 1 / f
        rank = (r["date"], r["base"] == base)
        if best is None or rank > best[0]:
            best = rank, f
    return best and (best[0][0], best[1])


def way(base, quote, source, when):
    if base == quote:
        return fractions.Fraction(1)
    if (one := last(base, quote, source, when)):
        return one[1]
    names = set(places) - {base, quote}
    age = lambda steps: min((s[0] for s in steps if s[0] != "parity"), default="9")
    for middles in ([(m,) for m in names], [(m, n) for m in names for n in names if m != n]):
        found = []
        for mid in middles:
            steps = [last(x, y, source, when) for x, y in zip((base, *mid), (*mid, quote))]
            if all(steps) and (len(mid) == 1 or any(s[0] == "parity" for s in steps)):
                found.append((age(steps), [-ord(c) for m in mid for c in m], steps))
        if found:
            product = fractions.Fraction(1)
            for s in max(found)[2]:
                product *= s[1]
            return product
    return None


def half_away(f):
    return (-1 if f < 0 else 1) * int(abs(f) + fractions.Fraction(1, 2))


def expected(by, only, to, source, repeated):
    sums = collections.defaultdict(lambda: [0, 0])
    for p in payments.values():
        about = projects[p["project"]]
        twice = p["secondary"]
        if (twice and repeated == "out") or (not twice and repeated == "only"):
            continue
        booked, gap = p["value"]["currency"], ""
        micro, currency = int(decimal.Decimal(p["value"]["amount"]) * 10**6), booked
        if to:
            f = way(booked, to, source, p["value"]["value_date"])
            if f is None:
                gap = "no-rate"
            elif booked != to:
                unit = 10 ** (6 - places[to])
                micro = half_away(fractions.Fraction(micro) * f / unit) * unit
            currency = currency if gap else to
        unit = 10 ** (6 - places[currency])
        for sector, m in parts_of(p.get("sector"), about.get("sectors", []), "sector", micro, unit) if "sector" in by + list(only) else [("", micro)]:
            for country, c in parts_of(p.get("country"), about.get("locations", []), "country", m, unit) if "country" in by + list(only) else [("", m)]:
                keys = {"transaction-type": p["type"], "currency": booked, "year": p["date"][:4], "sector": sector, "country": country,
                        "party": "ml", "project": p["project"], "publisher": about.get("reporter", "")}
                if any(keys[d] != v for d, v in only.items()):
                    continue
                name = tuple(sorted((d, keys[d]) for d in {*by, "transaction-type"} if d != "currency"))
                mark = booked if to and "currency" in by else ""
                s = sums[name + (mark, currency, gap)]
                s[0] += 1
                s[1] += c
    return {k: (n, decimal.Decimal(m).scaleb(-6).normalize()) for k, (n, m) in sums.items()}


def answered(rows, by, to):
    out = {}
    for r in rows:
        name = tuple(sorted((d, r[d]) for d in {*by, "transaction-type"} if d != "currency"))
        key = name + (r.get("booked-in", ""), r["currency"], r.get("unconverted", ""))
        assert key not in out, key
        out[key] = r["count"], decimal.Decimal(r["amount"]).normalize()
    return out


def options(by, only, to, source, repeated):
    o = ["--by", ",".join(by), "--repeated", repeated]
    for d, v in only.items():
        o += ["--only", f"{d}={v}"]
    return o + (["--in", to, "--rates", source] if to else [])


dims = ["transaction-type", "currency", "year", "sector", "country", "party", "project", "publisher"]
values = {"sector": sectors + [""], "country": countries + [""], "year": ["2020", "2024"], "currency": ["XOF", "EUR"], "transaction-type": ["3"]}
bad = 0
for i in range(60):
    by = rng.sample(dims, rng.randint(0, 3))
    only = {d: rng.choice(values[d]) for d in rng.sample(list(values), rng.choice([0, 0, 1, 2]))}
    to = rng.choice(["", "XOF", "EUR", "RUB", "USD"])
    source, repeated = rng.choice(["hub", "bank", "parity"]), rng.choice(["out", "out", "in", "only"])
    asked = options(by, only, to, source, repeated)
    got = answered(json.loads(run("totals", "--node", node, "--json", *asked).stdout), by, to)
    want = expected(by, only, to, source, repeated)
    if got != want:
        bad += 1
        print("not the same:", asked, *(f"\n  {k}: {got.get(k)} not {want.get(k)}" for k in {*got, *want} if got.get(k) != want.get(k)))
    # What is behind it sums to it.
    behind = collections.defaultdict(decimal.Decimal)
    for line in run("totals", "--node", node, "--proof", *asked).stdout.splitlines():
        f = json.loads(line)
        for part in f["parts"]:
            behind[f["currency"] if f.get("unconverted") else to or f["currency"]] += decimal.Decimal(part["amount"])
    sums = collections.defaultdict(decimal.Decimal)
    for k, (_, m) in want.items():
        sums[k[-2]] += m
    if behind != sums:
        bad += 1
        print("the list does not sum to it:", asked, dict(behind), dict(sums))
print(f"{60 - bad} of 60 questions answered as reckoned here")
sys.exit(bad > 0)
