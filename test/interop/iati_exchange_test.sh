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
for f in "${whole[@]:0:12}"; do
	rm -rf "$work/one"
	register "$work/one" >"$work/log" 2>&1
	import "$work/one/ml" "$f" >"$work/first"
	export_to "$work/one/ml" "$work/one.xml"
	has "$(import "$work/one/ml" "$work/one.xml")" '"added":0,"changed":0,' >"$work/point" && points=$((points + 1)) || { echo "# ${f##*/}"; sed 's/^/# /' "$work/point"; }
done
check 'in, out and in is a fixed point' same $points 12
