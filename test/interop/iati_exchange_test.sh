#!/bin/bash
# benkan export and import of IATI: the demonstration's export against xmllint and our own check, and real published files
# taken in, given out and taken in again, their sums against an independent script (iati_sums.py).
. test/node.sh

iati=$(realpath "${BENKAN_SHARED:-../shared}/iati" 2>/dev/null)

# Sums of a node's transactions as it holds them: type, currency, count, sum.
held() {
	"$benkan" show --node "$1" transaction --json >"$work/held.json"
	/usr/bin/python3 - "$work/held.json" <<-'END'
		import collections, decimal, json, sys
		sums, counts = {}, collections.Counter()
		decimal.getcontext().prec = 60
		for row in json.load(open(sys.argv[1])):
		    d = row["data"]; key = d["type"], d["value"]["currency"]
		    sums[key] = sums.get(key, decimal.Decimal(0)) + decimal.Decimal(d["value"]["amount"]); counts[key] += 1
		for key in sorted(sums):
		    print(*key, counts[key], format(sums[key].normalize() + 0, "f"))
	END
}
import() { "$benkan" import --node "$1" --format iati --json "${@:2}" 2>"$work/said-import"; }
export_to() { "$benkan" export --node "$1" --format iati --json -o "$2" >"$work/exported"; }
clean() { [ "$("$benkan" check --format iati --json "$1" | tail -n 1 | grep -oE '"(errors|warnings|advisories)":[1-9]')" = '' ] ||
	{ "$benkan" check --format iati "$1" | head; return 1; }; }
valid() { xmllint --noout --schema "$iati/schemas/iati-activities-schema.xsd" "$1"; }

# --- the demonstration ---
if demo/build "$work/demo" >"$work/demo.log" 2>&1; then echo 'ok the demonstration is built'; else echo 'not ok the demonstration is built'; exit 1; fi
check 'it is exported' export_to "$work/demo/ml" "$work/demo.xml"
check 'what has no place is told in numbers' has "$(cat "$work/exported")" '"project.cost":15'
check 'and stands at the end of the file' grep -q '15 × project.cost' "$work/demo.xml"
check 'our own check finds nothing in it' clean "$work/demo.xml"
export_to "$work/demo/ru" "$work/demo-ru.xml"
check 'both nodes export the same file' cmp "$work/demo.xml" "$work/demo-ru.xml"
if /usr/bin/python3 -c 'import lxml' 2>/dev/null; then
	check 'its sums are the register'"'"'s' same "$(/usr/bin/python3 test/interop/iati_sums.py "$work/demo.xml")" "$(held "$work/demo/ml")"
fi
serve "$work/demo/ml"
curl -s -D "$work/head" -o "$work/served.xml" "$url/data/activities.xml"
check 'it is served at /data/activities.xml' cmp "$work/demo.xml" "$work/served.xml"
tag=$(grep -i '^etag:' "$work/head" | cut -d' ' -f2- | tr -d '\r')
check 'with a tag that holds' has "$(curl -s -o /dev/null -w '%{http_code}' -H "If-None-Match: $tag" "$url/data/activities.xml")" 304
stop_server
check '--json without a file is wrong usage' exits 2 "$benkan" export --node "$work/demo/ml" --format iati --json
check 'an unknown format is wrong usage' exits 2 "$benkan" export --node "$work/demo/ml" --format odt
check 'a folder that is not there is said so' exits 4 "$benkan" export --node "$work/demo/ml" --format iati -o "$work/no/where.xml"

# --- in, out, in ---
register "$work/a" >"$work/log" 2>&1
check 'a preview writes nothing' has "$(import "$work/a/ml" --preview "$work/demo.xml")" '"activities":28,"added":137,"changed":0,"unchanged":0,"refused":0,"transactions":61'
check 'so the register is still empty' same "$(records "$work/a/ml" transaction)" 0
check 'the import adds what was foreseen' has "$(import "$work/a/ml" "$work/demo.xml")" '"files":1,"activities":28,"added":137,"changed":0,"unchanged":0,"refused":0,"transactions":61'
check 'twice adds nothing' has "$(import "$work/a/ml" "$work/demo.xml")" '"added":0,"changed":0,"unchanged":137,"refused":0'
check 'the sums are the file'"'"'s' same "$(held "$work/a/ml")" "$(held "$work/demo/ml")"
check 'a record remembers file, line and hash' has "$("$benkan" show --node "$work/a/ml" transaction --json | head -n 1)" \
	"\"title\":\"demo.xml, [0-9]+\",\"says\":\"SHA-256 $(sha256sum "$work/demo.xml" | cut -c1-64)\""
export_to "$work/a/ml" "$work/again.xml"
check 'what comes out again is clean' clean "$work/again.xml"
check 'and taken in again changes nothing' has "$(import "$work/a/ml" "$work/again.xml")" '"added":0,"changed":0,"unchanged":137,"refused":0'

# --- a changed file changes what changed ---
sed '0,/>25000000.00</s//>25000001.00</' "$work/demo.xml" >"$work/changed.xml"
check 'one amount changed is one record changed' has "$(import "$work/a/ml" "$work/changed.xml")" '"added":0,"changed":1,"unchanged":136,"refused":0'

# --- repeated identifiers ---
register "$work/b" >"$work/log" 2>&1
check 'a file given twice is not dropped in silence' has "$(import "$work/b/ml" "$work/demo.xml" "$work/again.xml")" '"files":2,"activities":56,.*"transactions":122'
check 'each repetition is told' same "$(grep -c 'stands here again' "$work/said-import")" 28
check 'and marked as second-hand' same "$("$benkan" show --node "$work/b/ml" project --json | grep -o '"secondary":true' | wc -l)" 28
check 'so does the whole import, again, add nothing' has "$(import "$work/b/ml" "$work/demo.xml" "$work/again.xml")" '"added":0,"changed":0,'

# --- what two publishers report is counted once ---
# activity PUBLISHER: its report of an activity whose identifier is XM-AAA's
activity() {
	cat <<-END
		<iati-activities version="2.03"><iati-activity default-currency="EUR">
		<iati-identifier>XM-AAA-1</iati-identifier>
		<reporting-org ref="$1" type="10"><narrative xml:lang="en">$1</narrative></reporting-org>
		<title><narrative xml:lang="en">School</narrative></title>
		<description><narrative xml:lang="en">A school.</narrative></description>
		<participating-org ref="$1" role="1" type="10"/>
		<activity-status code="2"/><activity-date iso-date="2024-01-01" type="2"/>
		<recipient-country code="ML"/><sector code="11220"/>
		<budget><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/><value value-date="2024-01-01">500</value></budget>
		<transaction><transaction-type code="3"/><transaction-date iso-date="2024-03-01"/><value value-date="2024-03-01">100.00</value></transaction>
		</iati-activity></iati-activities>
	END
}
marked() { "$benkan" show --node "$1" "$2" --json | grep -o '"secondary":true' | wc -l; }
for party in AAA BBB CCC; do activity XM-$party >"$work/$party.xml"; done
one_counts() { # one_counts NODE: of three reports two are marked, the one that counts is XM-AAA's
	has "$("$benkan" totals --node "$1" --json)" '"count":1,"amount":"100.00"' && same "$(marked "$1" transaction) $(marked "$1" budget) $(marked "$1" project)" '2 2 2' &&
		! "$benkan" show --node "$1" project --json | grep -o '"title":{[^}]*}[^{]*"secondary":true' | grep -q AAA
}
for order in 'AAA BBB CCC' 'BBB AAA CCC' 'CCC BBB AAA'; do
	rm -rf "$work/o"
	register "$work/o" >"$work/log" 2>&1
	read -r x y z <<<"$order"
	import "$work/o/ml" "$work/$x.xml" "$work/$y.xml" "$work/$z.xml" >/dev/null
	check "in the order $order" one_counts "$work/o/ml"
	check 'and again adds nothing' has "$(import "$work/o/ml" "$work/$x.xml" "$work/$y.xml" "$work/$z.xml")" '"added":0,"changed":0,'
done
register "$work/p" >"$work/log" 2>&1
import "$work/p/ml" "$work/AAA.xml" >/dev/null
import "$work/p/ml" "$work/BBB.xml" >/dev/null
check 'a second report that comes another day is marked' same "$(marked "$work/p/ml" transaction)" 1

# --- what others publish is held to their standard, not to the register's own ---
register "$work/q" >"$work/log" 2>&1
activity XM-AAA | sed 's,XM-AAA-1,XM-AAA-1/2024,; s,2024-12-31,2026-12-31,; s,>500<,>-500.25<,; s,100.00<,100.123456789<,; s,EUR,XOF,' >"$work/wide.xml"
check 'a slash, three years, less than nothing, centimes of XOF' has "$(import "$work/q/ml" "$work/wide.xml")" '"added":4,.*"refused":0'
check 'what is finer than the register is rounded and told' grep -q 'six digits after the point: 1' "$work/said-import"
check 'to the nearest' has "$("$benkan" show --node "$work/q/ml" transaction --json)" '"amount":"100.123457"'
activity XM-AAA | sed 's,</iati-activity>,<document-link url="nowhere" format="text/html"><title><narrative>T</narrative></title><category code="A01"/></document-link>&,; s,code="ML",code="998",' >"$work/part.xml"
check 'what the register cannot hold is left out' has "$(import "$work/q/ml" "$work/part.xml")" '"refused":0,.*"fields_left_out":1'
check 'and listed' grep -q 'document-link 1' "$work/said-import"
register "$work/own" >"$work/log" 2>&1
check 'an own word is held to more' exits 1 "$benkan" do --node "$work/own/ml" - <<<'{"type":"record.put","kind":"organisation","data":{"name":{"fr":"O"},"type":"10","identifier":"XM/7"}}'

# --- a register filled when ids did not yet begin as their project's ---
activity XM-AAA | sed 's,</iati-activity>,<result type="1"><title><narrative xml:lang="en">R</narrative></title><indicator measure="1"><title><narrative xml:lang="en">I</narrative></title><period><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/><actual value="5"/></period></indicator></result>&,' >"$work/result.xml"
for r in new old; do register "$work/ids-$r" >"$work/log" 2>&1; done
import "$work/ids-new/ml" "$work/result.xml" >/dev/null
for kind in organisation project indicator transaction budget measurement; do "$benkan" export --node "$work/ids-new/ml" --format jsonl --kind $kind; done >"$work/ids"
check 'ids below a project begin as it does' same "$(grep -v '"kind":"organisation"' "$work/ids" | grep -oE '"id":"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{2}' | sort -u | wc -l)" 1
/usr/bin/python3 - "$work/ids" >"$work/ids.do" <<-'END'
	import hashlib, json, sys
	def old(key):
	    b = bytearray(6) + hashlib.sha256(key.encode()).digest()[:10]
	    b[:6] = (1577836800000).to_bytes(6, "big"); b[6] = 0x70 | b[6] & 15; b[8] = 0x80 | b[8] & 63
	    h = b.hex(); return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))
	rows = [json.loads(line) for line in open(sys.argv[1])]
	of = {r["kind"]: r["id"] for r in rows}
	project = old("project||XM-AAA|XM-AAA-1")
	indicator = old(f'indicator|joint/{project}|{{"en":"R"}}|{{"en":"I"}}')
	new = {"project": project, "indicator": indicator,
	       "transaction": old(f"|joint/{project}|transaction|3|2024-03-01|EUR"),
	       "budget": old(f"|joint/{project}|budget|1|2024-01-01|2024-12-31|EUR"),
	       "measurement": old(f"|joint/{project}|measurement|joint/{indicator}|2024-01-01|2024-12-31")}
	for r in rows:
	    text = json.dumps({"type": "record.put", "kind": r["kind"], "id": r["id"], "data": r["data"]})
	    for kind in new: text = text.replace(of[kind], new[kind])
	    print(text)
END
"$benkan" do --node "$work/ids-old/ml" "$work/ids.do" >"$work/ids.out"
check 'such a register is told what would come' has "$(import "$work/ids-old/ml" --preview "$work/result.xml")" '"added":0,"changed":0,"unchanged":6,"refused":0'
check '… and nothing is written a second time' has "$(import "$work/ids-old/ml" "$work/result.xml")" '"added":0,"changed":0,"unchanged":6,"refused":0'
sed -i 's,<actual value="5"/>,<actual value="6"/>,; s,>100.00<,>101.00<,' "$work/result.xml"
check '… what has changed changes what was there' has "$(import "$work/ids-old/ml" "$work/result.xml") $("$benkan" show --node "$work/ids-old/ml" transaction --json | grep -o '"id":' | wc -l)" '"added":0,"changed":2,"unchanged":4,"refused":0.* 1$'

# --- organisation files ---
cat >"$work/org.xml" <<'END'
<iati-organisations version="2.03"><iati-organisation>
<organisation-identifier>XM-AAA</organisation-identifier>
<name><narrative xml:lang="fr">Agence</narrative><narrative xml:lang="ru">Агентство</narrative></name>
<reporting-org ref="XM-AAA" type="15"><narrative xml:lang="fr">Agence</narrative></reporting-org>
<total-budget><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/><value currency="EUR" value-date="2024-01-01">9</value></total-budget>
<document-link url="https://example.org/a" format="text/html"><title><narrative xml:lang="fr">Rapport</narrative></title><category code="B01"/></document-link>
</iati-organisation></iati-organisations>
END
check 'an organisation and its document come in' has "$(import "$work/q/ml" "$work/org.xml")" '"added":1,"changed":1,.*"refused":0'
check 'its budget is listed' grep -q 'total-budget 1' "$work/said-import"
check 'it is known by all its names' has "$("$benkan" show --node "$work/q/ml" organisation --json)" '"fr":"Agence","ru":"Агентство"},"type":"15","identifier":"XM-AAA"'
check 'and again adds nothing' has "$(import "$work/q/ml" "$work/org.xml")" '"added":0,"changed":0,"unchanged":2'

# --- an import that is cut off ---
{ echo '<iati-activities version="2.03">'; activity XM-AAA | sed '1s/.*<iati-activity /<iati-activity /; $s/<.iati-activities>//' | tr -d '\n' | awk '{ for (i = 0; i < 2500; i++) { t = $0; gsub("XM-AAA-1", "XM-AAA-" i, t); print t } }'; echo '</iati-activities>'; } >"$work/many.xml"
register "$work/k" >"$work/log" 2>&1
"$benkan" import --node "$work/k/ml" --format iati "$work/many.xml" >/dev/null 2>&1 &
killed=$!
until [ "$(stat -c %s "$work/k/ml/ledger.db-wal" 2>/dev/null || echo 0)" -gt 1000000 ]; do kill -0 $killed 2>/dev/null || break; sleep 0.02; done
kill -9 $killed 2>/dev/null
wait $killed 2>/dev/null
check 'one that was cut off is taken up' has "$(import "$work/k/ml" "$work/many.xml")" '"activities":2500,.*"refused":0,"transactions":2500'
check 'to the last record' has "$(import "$work/k/ml" "$work/many.xml")" '"added":0,"changed":0,"unchanged":7501,"refused":0'
check 'with no payment twice' same "$(held "$work/k/ml")" '3 EUR 2500 250000'

# --- hurt files ---
register "$work/c" >"$work/log" 2>&1
sed '0,/>25000000.00</s//>25,000,000.00</' "$work/demo.xml" >"$work/hurt.xml"
check 'a hurt file is refused' exits 1 "$benkan" import --node "$work/c/ml" --format iati "$work/hurt.xml"
check 'nothing of it is in' same "$(records "$work/c/ml" project)" 0
check 'it says where' has "$(import "$work/c/ml" "$work/hurt.xml"; cat "$work/said-import")" 'hurt.xml:[0-9]+: .*25,000,000.00.*is not a decimal number'
head -c 60000 "$work/demo.xml" >"$work/cut.xml"
check 'a file cut short is refused' exits 1 "$benkan" import --node "$work/c/ml" --format iati "$work/cut.xml"
check 'its whole activities come with --keep-going' has "$(import "$work/c/ml" --keep-going "$work/hurt.xml")" '"activities":28,.*"refused":1,'
check 'and are there' same "$(records "$work/c/ml" project)" 27
check 'the mended file adds the rest' has "$(import "$work/c/ml" "$work/demo.xml")" '"added":[1-9][0-9]*,"changed":0,.*"refused":0'
check 'a file that is not there is said so' exits 4 "$benkan" import --node "$work/c/ml" --format iati "$work/nowhere.xml"
check 'a pipe is wrong usage' exits 2 "$benkan" import --node "$work/c/ml" --format iati /dev/stdin < <(cat "$work/demo.xml")

# --- real files ---
missing=
[ -e "$iati/real-open.tar.xz" ] || missing='the real files are not here (BENKAN_SHARED)'
command -v xmllint >/dev/null || missing='xmllint is not installed (libxml2-utils)'
/usr/bin/python3 -c 'import lxml' 2>/dev/null || missing='python3-lxml is not installed'
if [ -n "$missing" ]; then
	echo "ok real files in and out # SKIP $missing"
	exit $bad
fi
check 'the demonstration is valid by xmllint' valid "$work/demo.xml"
mkdir "$work/real"
tar -xJf "$iati/real-open.tar.xz" -C "$work/real"
mapfile -t files < <(find "$work/real" -name '*.xml' -size -120k | sort)
whole=() points=0
register "$work/r" >"$work/log" 2>&1
for f in "${files[@]}"; do
	summary=$(import "$work/r/ml" --preview "$f") && has "$summary" '"activities":[1-9]' >/dev/null && whole+=("$f")
done
check 'a good part of the real files is taken whole' test ${#whole[@]} -ge 20
check 'they come in' has "$(import "$work/r/ml" "${whole[@]}")" "\"files\":${#whole[@]},.*\"refused\":0"
check 'their sums, by type and currency, are exact' same "$(held "$work/r/ml")" "$(/usr/bin/python3 test/interop/iati_sums.py "${whole[@]}")"
check 'again adds nothing' has "$(import "$work/r/ml" "${whole[@]}")" '"added":0,"changed":0,.*"refused":0'
export_to "$work/r/ml" "$work/real.xml"
check 'what comes out is valid' valid "$work/real.xml"
check 'with the same sums' same "$(/usr/bin/python3 test/interop/iati_sums.py "$work/real.xml")" "$(held "$work/r/ml")"
register "$work/one" >"$work/log" 2>&1
mv "$work/one" "$work/empty"
for f in "${whole[@]}"; do
	rm -rf "$work/one"
	cp -r "$work/empty" "$work/one"
	import "$work/one/ml" "$f" >"$work/first"
	export_to "$work/one/ml" "$work/one.xml"
	has "$(import "$work/one/ml" "$work/one.xml")" '"added":0,"changed":0,' >"$work/point" && points=$((points + 1)) || { echo "# ${f##*/}"; sed 's/^/# /' "$work/point"; }
done
check 'in, out and in is a fixed point of each' same $points ${#whole[@]}
