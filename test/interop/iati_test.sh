#!/bin/bash
# benkan check against others' opinions: xmllint with the schemas of the standard, and the standard ruleset evaluated by
# XPath (iati_ruleset.py), on real published files and on the same files hurt in a thousand ways.
. test/node.sh

iati=$(realpath "${BENKAN_SHARED:-../shared}/iati" 2>/dev/null)
missing=
[ -e "$iati/real-open.tar.xz" ] || missing='the real files are not here (BENKAN_SHARED)'
command -v xmllint >/dev/null || missing='xmllint is not installed (libxml2-utils)'
/usr/bin/python3 -c 'import lxml' 2>/dev/null || missing='python3-lxml is not installed'
if [ -n "$missing" ]; then
	echo "ok IATI as others see it # SKIP $missing"
	exit 0
fi
mkdir "$work/real" "$work/hurt"
tar -xJf "$iati/real-open.tar.xz" -C "$work/real"
mapfile -t files < <(find "$work/real" -name '*.xml' | sort)
check 'the real files are there' test ${#files[@]} -ge 100

# Verdicts on the structure: one line a file, "FILE valid" or "FILE invalid".
ours() {
	"$benkan" check --format iati --json "$@" >"$work/found" 2>"$work/said"
	sed -nE 's/^\{"file":"([^"]+)".*"rule":"(schema|xml|version)".*/\1/p' "$work/found" | sort -u >"$work/invalid"
	printf '%s\n' "$@" | sort | awk 'NR == FNR { bad[$0] = 1; next } { print $0, $0 in bad ? "invalid" : "valid" }' "$work/invalid" -
}
theirs() {
	local schema list
	for schema in activities organisations; do
		mapfile -t list < <(for f in "$@"; do
			if head -c 4096 "$f" | grep -aq '<iati-organisations'; then echo "organisations $f"; else echo "activities $f"; fi
		done | sed -n "s/^$schema //p")
		[ ${#list[@]} = 0 ] || xmllint --noout --schema "$iati/schemas/iati-$schema-schema.xsd" "${list[@]}" 2>&1
	done | grep -a ' validates$' | sed 's/ validates$//' | sort -u >"$work/valid"
	printf '%s\n' "$@" | sort | awk 'NR == FNR { good[$0] = 1; next } { print $0, $0 in good ? "valid" : "invalid" }' "$work/valid" -
}
agree() {
	ours "$@" >"$work/ours"
	theirs "$@" >"$work/theirs"
	grep -q ' valid$' "$work/ours" && grep -q ' invalid$' "$work/ours" || { echo 'every verdict is the same'; return 1; }
	diff "$work/ours" "$work/theirs"
}
check 'real files: the same verdict as xmllint' agree "${files[@]}"

# --- rules ---
counts() {
	sed -nE 's/^\{"file":"([^"]+)".*"rule":"([0-9][0-9.]*)".*/\1 \2/p' "$work/found" | sort | uniq -c | awk '{ print $2, $3, $1 }' | sort
}
rules_agree() {
	mapfile -t sound < <(for f in "${files[@]}"; do xmllint --noout "$f" 2>/dev/null && ! grep -aq '<!DOCTYPE' "$f" && echo "$f"; done)
	"$benkan" check --format iati --json "${sound[@]}" >"$work/found" 2>/dev/null
	counts >"$work/ours"
	/usr/bin/python3 test/interop/iati_ruleset.py "$iati/rulesets/standard.json" \
		"$iati/codelists/nonembedded/OrganisationRegistrationAgency.xml" "$(date -u +%F)" "${sound[@]}" | sort >"$work/theirs"
	[ "$(wc -l <"$work/theirs")" -ge 300 ] || { echo 'the ruleset finds too little'; return 1; }
	diff "$work/ours" "$work/theirs"
}
check 'real files: every rule is broken as often as the standard ruleset says' rules_agree

# --- the same files, hurt: a name, a value, an order, a piece at a time ---
/usr/bin/python3 - "$work/real" "$work/hurt" <<'END'
import pathlib, random, re, sys
chance = random.Random(20251122)
small = [p for p in sorted(pathlib.Path(sys.argv[1]).rglob("*.xml")) if p.stat().st_size < 60000]
values = ["", " ", "x", "1,000.00", "1e9", "+1", "-0", ".5", "5.", "2025-02-30", "2025-01-01Z", "2025-1-1", "true", "TRUE",
          "http://[", "a b", "mailto:x", "99999999999", "&#160;", "%zz"]
def hurt(s):
    kind = chance.randrange(7)
    tags = list(re.finditer(r"<[a-z][a-z-]*(?: [^<>]*)?/?>", s))
    attrs = list(re.finditer(r'([a-zA-Z:-]+)="([^"<]*)"', s))
    if kind == 0 and attrs:
        m = chance.choice(attrs); return s[:m.start(2)] + chance.choice(values) + s[m.end(2):]
    if kind == 1 and attrs:
        m = chance.choice(attrs); return s[:m.start()] + s[m.end():]
    if kind == 2 and attrs:
        m = chance.choice(attrs); return s[:m.start(1)] + chance.choice(["x:y", "colour", "xml:lang", "xsi:type", "code"]) + s[m.end(1):]
    if kind == 3 and tags:
        m = chance.choice(tags); return s[:m.start()] + chance.choice(["<x:y xmlns:x='urn:x'/>", "<nonsense/>", "text", "<!-- c -->", "<sector code='1'/>", "<x:y xmlns:x='urn:x'><sector/></x:y>"]) + s[m.start():]
    if kind == 4:
        m = [t for t in tags if t.group().endswith("/>")]
        if m: m = chance.choice(m); return s[:m.start()] + s[m.end():]
    if kind == 5:
        m = [t for t in tags if t.group().endswith("/>")]
        if m: m = chance.choice(m); return s[:m.start()] + m.group() + s[m.start():]
    m = list(re.finditer(r">([^<>]+)<", s))
    if m:
        m = chance.choice(m); return s[:m.start(1)] + chance.choice(values) + s[m.end(1):]
    return s
n = 0
while n < 600:
    s = chance.choice(small).read_bytes().decode("utf8", "replace")
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        s = hurt(s)
    pathlib.Path(sys.argv[2], "%04d.xml" % n).write_text(s, encoding="utf8")
    n += 1
END
mapfile -t hurt < <(find "$work/hurt" -name '*.xml' | sort)
check 'hurt files: the same verdict as xmllint' agree "${hurt[@]}"

# --- as its user meets it ---
check 'a file that is not there is said so' exits 4 "$benkan" check --format iati "$work/nowhere.xml"
check 'another format is wrong usage' exits 2 "$benkan" check --format csv "${files[0]}"
last=$("$benkan" check --format iati --json "${files[0]}" | tail -n 1)
check 'the last line counts' has "$last" '"files":1,"activities":[0-9]+,"errors":[0-9]+,"warnings":[0-9]+'
check 'standard input is a file too' has "$("$benkan" check --format iati --json - <"${files[0]}" | tail -n 1)" "${last//[\{\}]/}"
exit $bad
