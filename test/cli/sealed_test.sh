#!/bin/bash
# Restricted bodies by commands and over HTTP: fetched in an exchange by who may have them, carried as plain files,
# published, erased; and nothing of them on any address that is open to the public.
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml ru=$work/a/ru
word=Sanankoroba sum=98765432

cat >"$work/drafts" <<END
{"type":"record.put","kind":"organisation","id":"01985000-0001-7000-8000-000000000001","data":{"name":{"fr":"Ministère"},"type":"10"}}
{"type":"record.put","kind":"organisation","id":"01985000-0001-7000-8000-000000000002","visibility":"parties","data":{"name":{"fr":"$word un"},"type":"10"}}
{"type":"record.put","kind":"organisation","id":"01985000-0001-7000-8000-000000000003","visibility":"national","data":{"name":{"fr":"$word deux"},"type":"10"}}
{"type":"record.put","kind":"project","id":"01985000-0001-7000-8000-000000000004","visibility":"parties","data":{"title":{"fr":"$word trois"},"status":"2","field":"energy"}}
{"type":"record.put","kind":"document","id":"01985000-0001-7000-8000-000000000005","visibility":"parties","data":{"title":{"fr":"$word quatre"},"category":"A01","file":{"file":"$work/note.txt"}}}
{"type":"record.put","kind":"budget","id":"01985000-0001-7000-8000-000000000006","visibility":"parties","data":{"project":"joint/01985000-0001-7000-8000-000000000004","type":"1","status":"1","period_start":"2026-01-01","period_end":"2026-12-31","value":{"amount":"$sum","currency":"XOF","value_date":"2026-01-01"}}}
END
echo "The text of $word" >"$work/note.txt"
file=$(sha256sum "$work/note.txt" | cut -d' ' -f1)
"$benkan" do --node "$ml" --actor sec-1 "$work/drafts" >"$work/done"
check 'restricted records are written' test "$(grep -c '"leaf"' "$work/done")" = 6

body_of() { # the commitment in entry N of ledger ml, from its bytes as served
	curl -s "$url/log/tile/entries/000.p/$(curl -s "$url/log/checkpoint" | sed -n 2p)" | tr -c '[:print:]' '\n' |
		grep -o "\"n\":$1,.*\"sealed\":\[{\"c\":\"[0-9a-f]*" | grep -o '[0-9a-f]\{64\}$'
}

serve "$ml"
c=$(body_of 2)
check 'an entry tells the commitment' has "$c" '^[0-9a-f]{64}$'

# --- the public sees nothing ---
answer() { curl -s -o "$work/answer" -w '%{http_code}' "$@"; }
code=$(answer "$url/sealed/$c") && cp "$work/answer" "$work/known"
check 'a body is not there for the public' test "$code" = 404
code=$(answer "$url/sealed/$(printf '0%.0s' {1..64})")
check 'in the words for what is not there at all' cmp "$work/answer" "$work/known"
check 'nor with a signature that is none' test "$(answer -H 'Benkan-Auth: aGVsbG8=' "$url/sealed/$c")" = 404
check 'nor is the attachment' test "$(answer "$url/blob/$file")" = 404

# Every address that a page, the API or this list names, until there is no other.
kinds=$(curl -s "$url/api/openapi.json" | grep -o '"/api/v1/[a-z_]*"' | tr -d '"' | sort -u)
{
	printf '%s\n' / /fr/ /ru/ /en/ /robots.txt /healthz /metrics /policy /keys /log/checkpoint /api/openapi.json \
		"/log/tile/entries/000.p/7" "/log/tile/0/000.p/7" /witnessed/checkpoint "/sealed/$c" "/blob/$c" "/blob/$file" \
		/api/v1/totals?by=project /api/v1/totals?by=year '/api/v1/totals?by=currency'
	for k in $kinds; do
		printf '%s\n' "$k" "$k?limit=1000" "$k?q=Sananko" "/fr/${k##*/}" "/ru/${k##*/}?q=Sananko" "/en/${k##*/}?ended=1"
		for i in 1 2 3 4 5 6; do
			for p in ml joint; do
				printf '%s\n' "$k/$p/01985000-0001-7000-8000-00000000000$i" \
					"/fr/${k##*/}/$p/01985000-0001-7000-8000-00000000000$i" \
					"/en/${k##*/}/$p/01985000-0001-7000-8000-00000000000$i/history"
			done
		done
	done
	for w in Sananko trois quatre; do for l in fr ru en; do printf '%s\n' "/$l/search?q=$w"; done; done
	for n in 0 1 2 3 4 5 6 7; do printf '%s\n' "/fr/entry/ml/$n" "/ru/entry/ml/$n"; done
} >"$work/todo"
: >"$work/seen"
pages=0
: >"$work/leaks"
while [ -s "$work/todo" ] && [ $pages -lt 3000 ]; do
	sort -u "$work/todo" | comm -23 - <(sort "$work/seen") | head -300 >"$work/now"
	[ -s "$work/now" ] || break
	cat "$work/now" >>"$work/seen"
	rm -rf "$work/got" && mkdir "$work/got"
	sed "s|^|url = \"$url|; s|\$|\"|" "$work/now" | awk -v d="$work/got" '{ print; printf "output = \"%s/%d\"\n", d, NR }' >"$work/config"
	curl -s --globoff -K "$work/config"
	pages=$((pages + $(wc -l <"$work/now")))
	grep -rlai -e "$word" -e "$sum" -e '98 765 432' "$work/got" | while read -r f; do sed -n "${f##*/}p" "$work/now"; done >>"$work/leaks"
	cat "$work/got"/* | grep -aoE '(href|src|action)="/[^"]*"' | sed 's/^[a-z]*="//; s/"$//; s/&amp;/\&/g; s/#.*//' | sort -u >>"$work/todo"
done
check "no word of a restricted body on any of $pages public addresses" test ! -s "$work/leaks"
[ ! -s "$work/leaks" ] || sed 's/^/# leaked at /' "$work/leaks"
check 'which were many' test $pages -gt 200
check 'the public record is on them' has "$(curl -s "$url/api/v1/organisation")" 'Ministère'
check 'and counted alone' has "$(curl -s "$url/api/v1/organisation")" '"total":1[,}]'

# --- the other party ---
"$benkan" sync --node "$ru" "$url" --json >"$work/synced"
check 'an exchange brings the restricted files' has "$(cat "$work/synced")" '"sealed":5,"lacking":0'
check 'the other side reads them' has "$("$benkan" show --node "$ru" organisation ml/01985000-0001-7000-8000-000000000002 --json)" "$word un"
check 'what is national stays' exits 1 "$benkan" show --node "$ru" organisation ml/01985000-0001-7000-8000-000000000003
"$benkan" sync --node "$ru" "$url" --json >"$work/again"
check 'a second exchange asks for nothing of it' has "$(cat "$work/again")" '"sealed":0,"lacking":0'
accept='{"type":"act.accept","kind":"project","id":"01985000-0001-7000-8000-000000000004"}'
check 'a confidential act can be accepted' eval "echo '$accept' | '$benkan' do --node '$ru' --actor sec-2"

# --- plain files ---
kill $server && wait $server
check 'a body is exported' "$benkan" sealed export --node "$ml" "$c" -o "$work/body.json"
check 'its hash is its commitment' test "$(sha256sum "$work/body.json" | cut -d' ' -f1)" = "$c"
check 'an attachment too' eval "'$benkan' sealed export --node '$ml' $file -o - | cmp - '$work/note.txt'"
check 'what is not here is not' exits 1 "$benkan" sealed export --node "$ml" "$(printf '0%.0s' {1..64})" -o "$work/none"
check 'a name that is none' exits 2 "$benkan" sealed export --node "$ml" xyz -o "$work/none"
check 'it is imported once' has "$("$benkan" sealed import --node "$ru" "$work/body.json" 2>&1)" 'already'
echo "$word" >"$work/other"
check 'another file is not taken' exits 1 "$benkan" sealed import --node "$ru" "$work/other"

# --- erased ---
check 'a ground is asked for' exits 2 "$benkan" sealed erase --node "$ml" "$c"
check 'it is erased' "$benkan" sealed erase --node "$ml" "$c" --ground 'Loi 2013-015, art. 12' --actor sec-1
check 'it is gone' exits 1 "$benkan" sealed export --node "$ml" "$c" -o "$work/none"
serve "$ml"
check 'the page of the entry says so' has "$(curl -s "$url/fr/entry/ml/2")" 'Loi 2013-015'
"$benkan" sync --node "$ru" "$url" >/dev/null
check 'the other side obeys' exits 1 "$benkan" show --node "$ru" organisation ml/01985000-0001-7000-8000-000000000002
kill $server && wait $server
serve "$ru"
"$benkan" sync --node "$ml" "$url" >/dev/null
check 'and has said so' has "$(curl -s "$url/log/tile/entries/000.p/$(curl -s "$url/log/checkpoint" | sed -n 2p)" | tr -c '[:print:]' '\n')" "sealed.erase.*$c"
kill $server && wait $server
serve "$ml"
"$benkan" sync --node "$ru" "$url" >/dev/null
kill $server && wait $server
check 'the file does not come back' has "$("$benkan" sealed import --node "$ru" "$work/body.json" 2>&1)" 'erased'
check 'both ledgers verify' eval "'$benkan' verify --node '$ml' && '$benkan' verify --node '$ru'"
check 'both nodes stand in the same state' same "$("$benkan" state --node "$ml")" "$("$benkan" state --node "$ru")"
before=$("$benkan" state --node "$ml" --dump)
"$benkan" rebuild --node "$ml" 2>/dev/null
check 'which a rebuild gives again' same "$("$benkan" state --node "$ml" --dump)" "$before"

# --- published ---
serve "$ml"
d=$(body_of 5)
kill $server && wait $server
check 'a body is published' "$benkan" sealed publish --node "$ml" "$d"
serve "$ml"
check 'then it is anybody'"'"'s' has "$(curl -s "$url/blob/$d")" "$word quatre"
check 'with its attachment' eval "curl -s '$url/blob/$file' | cmp - '$work/note.txt'"
check 'and its record' has "$(curl -s "$url/api/v1/document")" "$word quatre"
