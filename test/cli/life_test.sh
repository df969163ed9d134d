#!/bin/bash
# A register's whole life by its commands: two fresh nodes, a charter, acts, questions, verification, a backup
# restored on the other engine, on which everything is the same.
. test/node.sh

check 'two nodes adopt one charter' register "$work/a"
ml=$work/a/ml
check 'a second adoption is refused' exits 1 "$benkan" adopt --node "$ml" "$work/a/charter.json"
check 'a folder that holds a node is refused' exits 1 "$benkan" init --node "$ml" --party ml --name X --origin x.example/ml

letters 0 300 >"$work/drafts"
"$benkan" do --node "$ml" --actor sec-1 "$work/drafts" >"$work/done"
check 'acts are written' same "$? $(grep -c '"leaf"' "$work/done")" '0 300'
check 'an act answers party, index, leaf and id' has "$(head -n 1 "$work/done")" \
	'^\{"party":"ml","n":1,"leaf":"[0-9a-f]{64}","id":"[0-9a-f-]{36}"'

{
	letters 300 301
	echo '{"type":"record.put","kind":"letter","data":{"number":"N-301"}}'
	echo 'not JSON'
	echo '{"type":"record.put","kind":"letter","data":{"number":"N-302","direction":"sideways","subject":{"fr":"x"},"date":"2026-02-30"}}'
	echo '{"type":"record.put","kind":"nothing","data":{}}'
	letters 303 304
} >"$work/mixed"
"$benkan" do --node "$ml" --actor sec-1 - <"$work/mixed" >"$work/done2" 2>"$work/said2"
check 'a refused draft makes the exit 1, its neighbours are written' same "$? $(grep -c '"leaf"' "$work/done2") $(grep -c '"error"' "$work/done2")" '1 2 4'
check 'a refusal names field and remedy' same "$(grep -cE '"error":\{"kind":"[a-z]+","field":"[^"]*","message":"[^"]{9,}' "$work/done2")" 4
check 'French is spoken' has "$(echo 'not JSON' | "$benkan" do --node "$ml" --actor s --lang fr - 2>&1)" 'ligne 1'

id=$(head -n 1 "$work/done" | grep -oE '"id":"[^"]*"' | cut -d'"' -f4)
check 'show lists a kind' same "$(records "$ml" letter)" 302
check 'show gives a record' has "$("$benkan" show --node "$ml" letter "ml/$id" --json)" '"number":"N-0"'
echo '{"type":"record.put","kind":"letter","id":"'"$id"'","data":{"number":"N-0b","direction":"out","subject":{"fr":"Corrigée"},"date":"2026-01-15"}}' |
	"$benkan" do --node "$ml" --actor sec-1 - >/dev/null
check 'a correction is a new version; both stand in the history' has "$("$benkan" show --node "$ml" letter "ml/$id" --history --json | tr -d '\n')" 'N-0b.*N-0"'
check 'a record that is not there exits 1' exits 1 "$benkan" show --node "$ml" letter ml/01970000-0000-7000-8000-000000000000
check 'a wrong word is wrong usage' exits 2 "$benkan" show --nonsense
check 'a node that is not there exits 4' exits 4 "$benkan" show --node "$work/none" letter

check 'verify accepts the ledger' "$benkan" verify --node "$ml"
before=$("$benkan" state --node "$ml")
check 'the state is a digest' has "$before" '[0-9a-f]{64}'
check 'rebuild' "$benkan" rebuild --node "$ml"
check 'rebuilt and live state are the same' same "$("$benkan" state --node "$ml")" "$before"

check 'backup' "$benkan" backup --node "$ml" -o "$work/ml.backup"
check 'restore on the same engine' "$benkan" restore --node "$work/stale" "$work/ml.backup"
check 'what was restored may be old: it says so' has "$("$benkan" verify --node "$work/stale" 2>&1)" 'restored from a backup'
check 'and writes nothing' eval '! letters 400 401 | "$benkan" do --node "$work/stale" --actor sec-1 -'
check 'until somebody answers for the backup' "$benkan" restore --node "$work/again" --confirm sec-1 "$work/ml.backup"
check 'the restored ledger verifies' "$benkan" verify --node "$work/again"
check 'the restored state is the same' same "$("$benkan" state --node "$work/again")" "$before"
check 'restore over a node is refused' exits 1 "$benkan" restore --node "$work/again" "$work/ml.backup"
check 'it writes again' eval 'letters 400 401 | "$benkan" do --node "$work/again" --actor sec-1 -'
check 'half a backup is refused' eval 'head -c 20000 "$work/ml.backup" >"$work/half"; ! "$benkan" restore --node "$work/halved" "$work/half" && [ ! -e "$work/halved" ]'

if postgres_start; then
	check 'restore on PostgreSQL' "$benkan" restore --node "$work/pgnode" --confirm sec-1 --store "$postgres" "$work/ml.backup"
	check 'PostgreSQL: the ledger verifies' "$benkan" verify --node "$work/pgnode"
	check 'PostgreSQL: the state is the same' same "$("$benkan" state --node "$work/pgnode")" "$before"
	check 'PostgreSQL: rebuild' "$benkan" rebuild --node "$work/pgnode"
	check 'PostgreSQL: rebuilt state is the same' same "$("$benkan" state --node "$work/pgnode")" "$before"
else
	echo 'ok PostgreSQL # SKIP it is not installed'
fi
