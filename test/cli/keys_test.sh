#!/bin/bash
# The keys of a node by its commands, on both engines: replaced by two recovery keys on a machine without a node,
# lost, restored from an old backup under load, rebuilt from keys and charter alone.  In the end every signed
# checkpoint that anybody saw is compared: no size may have two roots.
. test/node.sh
export LC_ALL=C.UTF-8

# A signed checkpoint on standard input is kept as "origin size root".
seen() {
	awk 'NR <= 3 { line[NR] = $0 } END { if (NR > 4) print line[1], line[2], line[3] }' >>"$work/seen"
}

look() {
	curl -s "$url/log/checkpoint" | seen
}

says() { # says CODE PATTERN COMMAND...
	local code=$1 pattern=$2 said got
	shift 2
	said=$("$@" 2>&1)
	got=$?
	[ $got = "$code" ] && has "$said" "$pattern" || { echo "exit $got: $said"; return 1; }
}

writes() { # writes NODE: whether it takes an act
	letters 0 1 | "$benkan" do --node "$1" --actor sec-1 - >/dev/null 2>&1
}

# A machine without a node: nothing but a folder with one recovery key.
sign() { # sign SAFE NUMBER STATEMENT OUT
	mkdir -p "$work/offline"
	cp -p "$1/recours-$2.key" "$work/offline/"
	(cd "$work/offline" && "$benkan" keys sign --key "recours-$2.key" "$3" -o "$4")
	local code=$?
	rm -r "$work/offline"
	return $code
}

roll() { # roll NODE SAFE ROLE
	"$benkan" keys new "$3" --node "$1" -o "$work/roll" && sign "$2" 1 "$work/roll" "$work/roll1" &&
		sign "$2" 3 "$work/roll" "$work/roll3" && "$benkan" keys roll --node "$1" "$work/roll1" "$work/roll3"
}

in_force() { # in_force NODE LEDGER ROLE
	"$benkan" keys --node "$1" 2>/dev/null | awk -F '\t' -v l="$2" -v r="$3" 'NF == 2 { ledger = $1 } ledger == l && $1 == r && $3 == "-" { print $4 }'
}

# All that a node holds reaches another.
carry() { # carry FROM TO PARTY
	rm -f "$work/pouch"
	"$benkan" pouch pack --node "$1" --to "$3" --base ml=0,ru=0 -o "$work/pouch" && "$benkan" pouch open --node "$2" "$work/pouch"
}

# One node on the engine that is tested, the other beside it.
pair() { # pair DIR STORE
	mkdir -p "$1"
	"$benkan" init --node "$1/ml" --party ml --name Mali --origin ml.registre.example/ml --store "$2" --json >"$1/ml.json" &&
		"$benkan" init --node "$1/ru" --party ru --name Russie --origin ru.registre.example/ru --json >"$1/ru.json" &&
		"$benkan" charter --out "$1/charter.json" "$1/ml.json" "$1/ru.json" &&
		"$benkan" adopt --node "$1/ml" "$1/charter.json" && "$benkan" adopt --node "$1/ru" "$1/charter.json"
}

life() { # life ENGINE STORE STORE-AGAIN...
	local e=$1 store=$2 again=$3 lost=$4 dir=$work/$1 ml=$work/$1/ml ru=$work/$1/ru safe=$work/$1/safe old
	check "$e: two nodes" pair "$dir" "$store"
	check "$e: init leaves the recovery keys in a folder to be carried away" same "$(ls "$ml/recovery" | tr '\n' ' ')" 'recours-1.key recours-2.key recours-3.key '
	check "$e: and says so until they are" says 0 'three safes' "$benkan" keys --node "$ml"
	mv "$ml/recovery" "$safe"
	check "$e: then no more" eval '! "$benkan" keys --node "$ml" 2>&1 | grep -q safes'
	check "$e: an act" writes "$ml"
	old=$(in_force "$ml" ml log)
	check "$e: the charter's key is in force" same "$old" "$(log_key "$dir/ml.json")"
	serve "$ml"
	curl -s "$url/log/checkpoint" >"$work/first"
	look
	check "$e: a roll beside the server is refused" says 1 'process' "$benkan" keys roll --node "$ml" "$work/first"
	stop_server

	# --- statements that do not hold ---
	"$benkan" keys new log --node "$ml" -o "$work/roll" 2>/dev/null
	check "$e: a statement for the eyes" says 0 'log key is replaced by entry 2' sign "$safe" 1 "$work/roll" "$work/one"
	check "$e: one signature is no quorum" says 1 '2 are needed' "$benkan" keys roll --node "$ml" "$work/one"
	check "$e: nor is the same one twice" says 1 '2 are needed' "$benkan" keys roll --node "$ml" "$work/one" "$work/one"
	check "$e: a key signs once" says 1 'already' sign "$safe" 1 "$work/one" "$work/two"
	check "$e: another party's recovery key has no voice" says 1 'no voice' sign "$ru/recovery" 1 "$work/roll" "$work/two"
	check "$e: the online key has none" says 1 'no voice' "$benkan" keys sign --key "$ml/keys/log" "$work/roll"
	chmod 640 "$safe/recours-3.key"
	check "$e: a key that others may read is refused" says 1 'chmod 600' "$benkan" keys sign --key "$safe/recours-3.key" "$work/roll"
	chmod 600 "$safe/recours-3.key"
	check "$e: a file that is no statement" says 1 'benkan-keyroll/1' "$benkan" keys sign --key "$safe/recours-3.key" "$work/first"
	check "$e: no such place of a key" says 2 'recovery-3' "$benkan" keys new master --node "$ml"
	check "$e: a recovery key is not made inside the node" says 2 'outside' "$benkan" keys new recovery-1 --node "$ml"
	sign "$safe" 3 "$work/roll" "$work/three" 2>/dev/null
	writes "$ml"
	check "$e: a statement of an index that has passed" says 1 'another register, ledger or index' "$benkan" keys roll --node "$ml" "$work/one" "$work/three"
	check "$e: nothing has changed" same "$(in_force "$ml" ml log)" "$old"

	# --- rolled ---
	check "$e: two of three replace the log key" roll "$ml" "$safe" log
	check "$e: another key is in force" eval '[ -n "$(in_force "$ml" ml log)" ] && [ "$(in_force "$ml" ml log)" != "$old" ]'
	check "$e: JSON" has "$("$benkan" keys --node "$ml" --json 2>/dev/null)" '^\{"register":"[0-9a-f]{64}","ledgers":\[\{"name":"ml".*"role":"log","from":0,"until":3,.*"role":"log","from":3,"key"'
	check "$e: it writes" writes "$ml"
	check "$e: the other side follows" carry "$ml" "$ru" ru
	check "$e: and knows the new key" same "$(in_force "$ru" ml log)" "$(in_force "$ml" ml log)"
	check "$e: verify follows it" says 0 '1 of its keys' "$benkan" verify --node "$ru"
	serve "$ml"
	look
	check "$e: both keys sign, so that the old one still verifies" "$benkan" verify --url "$url" --vkey "$old"
	stop_server
	rm "$ml/keys/log"
	check "$e: without the old key's file it writes" writes "$ml"
	serve "$ml"
	look
	check "$e: the old key alone is not enough" says 1 'charter' "$benkan" verify --url "$url" --vkey "$old"
	check "$e: with a checkpoint it signed it is" says 0 'stand' "$benkan" verify --url "$url" --vkey "$old" --since "$work/first"
	check "$e: the charter is" says 0 'stand' "$benkan" verify --url "$url" --charter "$dir/charter.json"
	check "$e: the page shows both keys" same "$(curl -s "$url/en/verify" | grep -oF -e "$(cut -d+ -f2 <<<"$old")" -e "$(in_force "$ml" ml log | cut -d+ -f2)" | sort -u | wc -l)" 2
	stop_server
	check "$e: the witness key and the seal" eval 'roll "$ml" "$safe" witness && roll "$ml" "$safe" seal'

	# --- the key is lost ---
	rm "$ml"/keys/log-*
	check "$e: a lost key: nothing is written" says 1 'benkan keys new log' eval 'letters 0 1 | "$benkan" do --node "$ml" --actor sec-1 -'
	serve "$ml"
	check "$e: it is read, and says why it is silent" has "$(curl -s "$url/en/")" 'key that signs this node'
	stop_server
	check "$e: the quorum replaces it" roll "$ml" "$safe" log
	check "$e: it writes again" writes "$ml"

	# --- an older backup, after kill -9 under load ---
	check "$e: a backup" "$benkan" backup --node "$ml" -o "$work/$e.backup"
	echo 'a long pass phrase' | "$benkan" account add clerk clerk --node "$ml" >/dev/null 2>&1
	token=$("$benkan" account token clerk load --node "$ml")
	serve "$ml"
	letters 0 40 >"$work/drafts"
	(while :; do
		curl -s -o /dev/null -H "Authorization: Bearer $token" -H 'Content-Type: application/jsonl' --data-binary @"$work/drafts" "$url/api/v1/acts" || exit
	done) &
	load=$!
	started+=($load)
	for _ in 1 2 3 4 5 6; do
		look
		sleep 0.1
	done
	"$benkan" sync --node "$ru" "$url" >/dev/null 2>&1
	kill -9 "$server" "$load"
	wait "$server" "$load" 2>/dev/null
	# What was signed before the end is known to the node that was killed, and it goes on from there.
	cp "$ml/high-water" "$work/high-water"
	check "$e: killed, it goes on" writes "$ml"
	serve "$ml"
	look
	stop_server
	check "$e: all reaches the other side" carry "$ml" "$ru" ru

	check "$e: the old backup is put back" "$benkan" restore --node "$dir/again" --store "$again" --high-water "$ml/high-water" "$work/$e.backup"
	check "$e: it neither writes" eval '! writes "$dir/again"'
	check "$e: nor is anybody's word enough" says 1 'nobody' "$benkan" restore --node "$dir/again" --confirm sec-1
	serve "$dir/again"
	look
	check "$e: it is read, and says so" has "$(curl -s "$url/en/")" 'older copy'
	stop_server
	check "$e: what is missing comes back from the other side" carry "$ru" "$dir/again" ml
	check "$e: and it writes again" writes "$dir/again"
	check "$e: verified" "$benkan" verify --node "$dir/again"
	serve "$dir/again"
	look
	stop_server
	check "$e: the other side takes it" carry "$dir/again" "$ru" ru
	check "$e: one history on both" same "$("$benkan" state --node "$ru" --json)" "$("$benkan" state --node "$dir/again" --json)"

	# --- nothing left but keys and charter ---
	cp -rp "$dir/again/keys" "$dir/keys"
	check "$e: a node from its keys" "$benkan" restore --node "$dir/lost" --store "$lost" --keys "$dir/keys" "$dir/charter.json"
	check "$e: it does not begin anew" exits 1 "$benkan" adopt --node "$dir/lost" "$dir/charter.json"
	check "$e: its ledger comes back" carry "$ru" "$dir/lost" ml
	check "$e: it waits for somebody's word" eval '! writes "$dir/lost"'
	check "$e: which is taken now" "$benkan" restore --node "$dir/lost" --confirm sec-1
	check "$e: it writes" writes "$dir/lost"
	check "$e: verified" "$benkan" verify --node "$dir/lost"
	check "$e: the other side takes it too" carry "$dir/lost" "$ru" ru
	serve "$dir/lost"
	look
	stop_server
	serve "$ru"
	look
	stop_server
}

life sqlite sqlite sqlite sqlite
check 'sqlite: no size has two roots' same "$(sort -u "$work/seen" | cut -d' ' -f1,2 | sort | uniq -d)" ''
check 'sqlite: many heads were seen' test "$(sort -u "$work/seen" | wc -l)" -ge 8
if postgres_start; then
	bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
	for n in again lost; do "$bin/psql" -qh "$work/pg" -U benkan -c "CREATE DATABASE $n" postgres; done
	rm -f "$work/seen"
	url_of() { echo "postgresql://benkan@/$1?host=$work/pg"; }
	life postgresql "$(url_of register)" "$(url_of again)" "$(url_of lost)"
	check 'postgresql: no size has two roots' same "$(sort -u "$work/seen" | cut -d' ' -f1,2 | sort | uniq -d)" ''
else
	echo 'ok PostgreSQL # SKIP it is not installed'
fi
