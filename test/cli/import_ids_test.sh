#!/bin/bash
# Ids of what IATI files say: the same whenever they are read, near each other where activities are, and those of registers that had other ones.
. test/node.sh

activity() { # IDENTIFIER PAYMENT…
	printf '<iati-activity default-currency="EUR"><iati-identifier>%s</iati-identifier>' "$1"
	printf '<reporting-org ref="XM-AAA" type="10"><narrative xml:lang="en">A</narrative></reporting-org>
		<title><narrative xml:lang="en">School</narrative></title><description><narrative xml:lang="en">A school.</narrative></description>
		<participating-org ref="XM-AAA" role="1" type="10"/><activity-status code="2"/><activity-date iso-date="2024-01-01" type="2"/>
		<recipient-country code="ML"/><sector code="11220"/>'
	for payment in "${@:2}"; do
		printf '<transaction ref="%s"><transaction-type code="3"/><transaction-date iso-date="2024-03-01"/><value value-date="2024-03-01">100</value></transaction>' "$payment"
	done
	printf '</iati-activity>\n'
}
{
	echo '<iati-activities version="2.03">'
	activity XM-AAA-1001 T1 T2
	activity XM-AAA-1002 T1 T2
	activity XM-AAA-1101 T1
	activity 7 T1
	echo '</iati-activities>'
} >"$work/a.xml"
{
	echo '<iati-activities version="2.03">'
	activity XM-AAA-1001 T1 T2 T3
	activity XM-AAA-1003 T1
	echo '</iati-activities>'
} >"$work/more.xml"

fresh() { register "$work/$1" >/dev/null 2>&1; }
take() { "$benkan" import --node "$work/$1/ml" --format iati --lang en "$2" 2>&1 | tail -n 1; }
records() { "$benkan" show --node "$work/$1/ml" "$2" --json; }

fresh new
check 'activities and their payments are taken in' same "$(take new "$work/a.xml")" 'Activities: 4. Records added: 11, changed: 0, left as they are: 0, refused: 0.'
check '… once' same "$(take new "$work/a.xml")" 'Activities: 4. Records added: 0, changed: 0, left as they are: 11, refused: 0.'
fresh other
take other "$work/a.xml" >/dev/null
ids() { records "$1" project | grep -oE '"id":"[^"]*"'; records "$1" transaction | grep -oE '"id":"[^"]*"'; }
check 'they have the same ids in every register' same "$(ids new)" "$(ids other)"

# What begins alike: with twelve bits the activity's identifier but for two characters, with 18 what is below a project.
cat >"$work/near.py" <<'E2'
import json, sys
name = lambda p: next(iter(p["data"]["identifiers"]))["identifier"] if "identifiers" in p["data"] else p["data"]["identifier"]
projects = {"joint/" + p["id"]: p for p in json.load(open(sys.argv[1]))}
near, below = {}, {}
for ref, p in projects.items():
    near.setdefault(name(p)[:-2], set()).add(p["id"][:18])
    below[ref] = {p["id"][:21]}
for t in json.load(open(sys.argv[2])):
    near[name(projects[t["data"]["project"]])[:-2]].add(t["id"][:18])
    below[t["data"]["project"]].add(t["id"][:21])
print(*(sorted(map(len, g.values())) + [len(set.union(*g.values()))] for g in (near, below)))
E2
records new project >"$work/p.json"
records new transaction >"$work/t.json"
check 'neighbours and what is below them begin alike, and others do not' same "$(python3 "$work/near.py" "$work/p.json" "$work/t.json")" '[1, 1, 1, 3] [1, 1, 1, 1, 4]'

# Registers of before: a project by its hash alone; below it by the hash alone, or beginning as the project.
cat >"$work/older.py" <<'E2'
import hashlib, json, sys
sharing = sys.argv[3] == "sharing"
def uuid(b):
    b = bytes.fromhex("016f5e66e800") + b[:10]
    h = (b[:6] + bytes([0x70 | b[6] & 15, b[7], 0x80 | b[8] & 63]) + b[9:]).hex()
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))
sha = lambda s: hashlib.sha256(s.encode()).digest()
name = lambda p: next(iter(p["data"]["identifiers"]))["identifier"] if "identifiers" in p["data"] else p["data"]["identifier"]
at = {}
for p in json.load(open(sys.argv[1])):
    h = sha("project||XM-AAA|" + name(p))
    at["joint/" + p["id"]] = h
    print(json.dumps({"type": "record.put", "kind": "project", "id": uuid(h), "data": p["data"]}))
for t in json.load(open(sys.argv[2])):
    above = at[t["data"]["project"]]
    t["data"]["project"] = "joint/" + uuid(above)
    own = sha("|%s|transaction|number|%s" % (t["data"]["project"], t["data"]["reference"]))
    print(json.dumps({"type": "record.put", "kind": "transaction", "id": uuid(above[:3] + own[:7] if sharing else own), "data": t["data"]}))
E2
for kind in alone sharing; do
	fresh $kind
	records new organisation | python3 -c 'import json,sys; [print(json.dumps({"type":"record.put","kind":"organisation","id":o["id"],"data":o["data"]})) for o in json.load(sys.stdin)]' |
		"$benkan" do --node "$work/$kind/ml" - >/dev/null
	python3 "$work/older.py" "$work/p.json" "$work/t.json" $kind | "$benkan" do --node "$work/$kind/ml" - >/dev/null
	check "a register that had its ids otherwise ($kind) has them all" same "$(take $kind "$work/a.xml")" 'Activities: 4. Records added: 0, changed: 0, left as they are: 11, refused: 0.'
	check '… and what comes to it is added once' same "$(take $kind "$work/more.xml"; take $kind "$work/more.xml")" 'Activities: 2. Records added: 3, changed: 0, left as they are: 4, refused: 0.
Activities: 2. Records added: 0, changed: 0, left as they are: 7, refused: 0.'
done
