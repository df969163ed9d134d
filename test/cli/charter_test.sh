#!/bin/bash
# Amendments of the charter, as operators make them: a ledger that goes on in another, by pouch and by network; a party that
# comes in; and what is refused.
. test/node.sh
export LANG=en_US.UTF-8

# node NAME PARTY ORIGIN: a folder, and its keys in NAME.json
node() {
	"$benkan" init --node "$work/$1" --party "$2" --name "$2" --origin "$3" --json >"$work/$1.json" 2>/dev/null
}
# two NAME: the nodes NAME-ml and NAME-ru of one register
two() {
	node "$1-ml" ml "reg.example/$1/ml" && node "$1-ru" ru "reg.example/$1/ru" &&
		"$benkan" charter --out "$work/$1.c0" "$work/$1-ml.json" "$work/$1-ru.json" >"$work/id" &&
		"$benkan" adopt --node "$work/$1-ml" "$work/$1.c0" >/dev/null &&
		"$benkan" adopt --node "$work/$1-ru" "$work/$1.c0" >/dev/null
}
act() { "$benkan" do --node "$work/$1" --actor sec; }
put() {
	echo '{"type":"record.put","kind":"organisation","id":"01900000-0000-7000-8000-0000000000'"$2"'","data":{"type":"10","name":{"fr":"'"$3"'"}}}' |
		act "$1"
}
# pouch FROM TO-PARTY TO-NODE [OPTION...]
pouch() {
	"$benkan" pouch pack --node "$work/$1" --to "$2" -o "$work/p.pouch" "${@:4}" 2>&1 &&
		"$benkan" pouch open --node "$work/$3" "$work/p.pouch" 2>&1
	local code=$?
	rm -f "$work/p.pouch"
	return $code
}
state() { "$benkan" state --node "$work/$1"; }
equal() { same "$(state "$1")" "$(state "$2")"; }
# propose NODE FILE [WORD...]: sets `hash`
propose() {
	hash=$("$benkan" charter propose --node "$work/$1" --actor sec --json "${@:2}" | sed 's/.*"act":"\([0-9a-f]*\)".*/\1/')
	[ ${#hash} = 64 ]
}
word() { echo '{"type":"act.'"$2"'","act":"'"$hash"'"'"${3:-}"'}' | act "$1"; }
chain() { "$benkan" charter show --node "$work/$1" | grep -c '^[0-9]* [0-9a-f]*$'; }
names() { "$benkan" show --node "$work/$1" organisation; }

# --- lost recovery keys: another ledger, by pouch ---

two a
put a-ml 01 Un >/dev/null
put a-ru 02 Deux >/dev/null
pouch a-ml ru a-ru >/dev/null
pouch a-ru ml a-ml >/dev/null
node a-new ml reg.example/a/ml-2
amend() { "$benkan" charter amend --node "$work/a-ru" --close ml "$work/a-new.json" --out "$work/a.c1"; }
check "an amendment says in words what it changes" has "$(amend)" 'The ledger ml of ml is closed: its first 2 entries count'
check "the amendment names the new ledger" has "$("$benkan" charter show --node "$work/a-ml" "$work/a.c1")" 'goes on in a new ledger, ml-2 \(reg.example/a/ml-2\)'
check "in French" has "$("$benkan" charter show --lang fr --node "$work/a-ml" "$work/a.c1")" 'nouveau livre'
"$benkan" charter sign --node "$work/a-new" "$work/a.c1" -o "$work/a.new"
"$benkan" charter sign --node "$work/a-new" --key "$work/a-ml/keys/log" --word "$work/a.new" "$work/a.c1" -o "$work/a.word"
check "it is proposed with the word of the party that cannot speak" propose a-ru "$work/a.c1" "$work/a.word"
before=$(state a-ru)
check "and accepted like any act" word a-ru accept
check "it takes effect at once where nobody else is to be heard" same "$(chain a-ru)" 2
check "the records of the closed ledger stand" has "$(names a-ru)" 'Un'
check "the new node adopts the amendment, and prints the register's id" same "$("$benkan" adopt --node "$work/a-new" "$work/a.c1")" "$(cat "$work/id")"
check "it writes nothing before the old ledger is here" has "$(put a-new 01 Trois)" 'goes on where another'
check "which comes with the other party's pouch" pouch a-ru ml a-new
check "both are of one state" pouch a-new ru a-ru
check "once each heard the other" pouch a-ru ml a-new
check "the same digest" equal a-ru a-new
check "a record of the old ledger has its next version in the new one" put a-new 01 Trois
check "which the other side takes over" pouch a-new ru a-ru
check "under the same name" has "$(names a-ru)" 'Trois'
check "with its history" has "$("$benkan" show --node "$work/a-ru" organisation ml/01900000-0000-7000-8000-000000000001 --history)" '^ml +5'
check "the same digest again" equal a-ru a-new
check "the old digest can still be asked for" same "$("$benkan" state --node "$work/a-ru" --cut ml=2,ru=4)" "$before"
check "verify walks the chain of charters" has "$("$benkan" verify --node "$work/a-ru" 2>&1)" 'follows from the first one'
check "at the new node too" "$benkan" verify --node "$work/a-new"
check "rebuild gives the same" "$benkan" rebuild --node "$work/a-ru"
check "digest" equal a-ru a-new
check "a backup is put back under the new charter" "$benkan" backup --node "$work/a-new" -o "$work/a.backup"
check "from its file" "$benkan" restore --node "$work/a-back" "$work/a.backup" --high-water "$work/a-new/high-water"
check "with the same state" equal a-ru a-back

# the old node, whose pouches were not opened
check "the old node hears of it" pouch a-ru ml a-ml --base ru=2
check "and is closed" has "$(put a-ml 01 Quatre)" 'was closed by an amendment'
check "with a last entry that names the successor" grep -aq '"type":"ledger.close","body":{"successor":"reg.example/a/ml-2"}' "$work/a-ml/ledger.db"
check "the register reads on there" has "$(names a-ml)" 'Un'

# --- a fork, settled, by network ---

two e
put e-ml 01 Un >/dev/null
pouch e-ml ru e-ru >/dev/null
cp -r "$work/e-ml" "$work/e-twin"
put e-ml 02 Deux >/dev/null
put e-twin 03 Trois >/dev/null
pouch e-ml ru e-ru >/dev/null
check "two histories are met" exits 3 pouch e-twin ru e-ru
check "and verify says so" exits 3 "$benkan" verify --node "$work/e-ru"
node e-new ml reg.example/e/ml-2
"$benkan" charter amend --node "$work/e-ru" --close ml "$work/e-new.json" --out "$work/e.c1" >/dev/null
"$benkan" charter sign --node "$work/e-new" --key "$work/e-ml/recovery/recours-1.key" --key "$work/e-ml/recovery/recours-3.key" \
	"$work/e.c1" -o "$work/e.word"
propose e-ru "$work/e.c1" "$work/e.word"
word e-ru accept >/dev/null
check "two recovery keys speak as the old one" same "$(chain e-ru)" 2
check "verify is content" "$benkan" verify --node "$work/e-ru"
"$benkan" adopt --node "$work/e-new" "$work/e.c1" >/dev/null
serve "$work/e-ru"
check "the new node fetches the closed ledger and the other" "$benkan" sync --node "$work/e-new" --push "$url"
check "again, with what was acknowledged" "$benkan" sync --node "$work/e-new" --push "$url"
check "it writes" put e-new 04 Quatre
check "and is read" "$benkan" sync --node "$work/e-new" --push "$url"
check "there" has "$(curl -s "$url/fr/partners")" 'Quatre'
check "no page speaks of two histories any more" same "$(curl -s "$url/fr/" | grep -c 'deux histoires')" 0
check "the evidence is served still" has "$(curl -s "$url/evidence")" '[0-9a-f]{64}'
check "the page of the act says what changed" has "$(curl -s "$url/ru/act/$hash")" 'продолжает в новом журнале ml-2'
check "the page to verify by names the successor" has "$(curl -s "$url/fr/verify")" 'Sa partie continue dans reg.example/e/ml-2'
check "its entries have their pages" has "$(curl -s "$url/en/entry/ml-2/4")" 'Entry 4 of ledger ml-2'
check "under the party's count too" same "$(curl -so "$work/page" -w '%{http_code}' "$url/en/entry/ml/7")" 200
kill $server

# --- refusals ---

two b
node b-x ml reg.example/b/ml-x
check "keys in use" exits 1 "$benkan" charter amend --node "$work/b-ru" --close ml "$work/b-ml.json" --out "$work/b.c1"
check "a second ledger without closing the first" exits 1 "$benkan" charter amend --node "$work/b-ru" "$work/b-x.json" --out "$work/b.c1"
check "one party alone" exits 1 "$benkan" charter amend --node "$work/b-ru" --close ml --out "$work/b.c1"
check "nothing" exits 1 "$benkan" charter amend --node "$work/b-ru" --out "$work/b.c1"
check "a charter of another register" has "$("$benkan" charter show --node "$work/b-ru" "$work/a.c1" 2>&1)" 'another register'
check "more entries than there are" exits 1 "$benkan" charter amend --node "$work/b-ru" --close ml=9 "$work/b-x.json" --out "$work/b.c1"
check "an unknown party" exits 1 "$benkan" charter amend --node "$work/b-ru" --close xx "$work/b-x.json" --out "$work/b.c1"

# no word of the old key
pouch b-ml ru b-ru >/dev/null
pouch b-ru ml b-ml >/dev/null
"$benkan" charter amend --node "$work/b-ru" --close ml "$work/b-x.json" --out "$work/b.c1" >/dev/null
"$benkan" charter sign --node "$work/b-x" "$work/b.c1" -o "$work/b.word"
propose b-ru "$work/b.c1" "$work/b.word"
word b-ru accept >/dev/null
check "a ledger is not closed without its key" same "$(chain b-ru)" 1
check "whose hand is wanted is said" has "$("$benkan" charter show --node "$work/b-ru")" 'no old key of ml signed'
check "an amendment of another charter is not adopted" exits 1 "$benkan" adopt --node "$work/b-ru" "$work/a.c1"
check "the operator gives it by hand" "$benkan" adopt --node "$work/b-ru" "$work/b.c1"
check "and it takes effect" same "$(chain b-ru)" 2

# --- two amendments of one charter ---

two c
echo '{"title":{"fr":"Premier"},"personal_kinds":["contact","organisation"]}' >"$work/c.one"
echo '{"title":{"fr":"Second"}}' >"$work/c.two"
"$benkan" charter amend --node "$work/c-ml" --set "$work/c.one" --out "$work/c.1" >/dev/null
"$benkan" charter amend --node "$work/c-ru" --set "$work/c.two" --out "$work/c.2" >/dev/null
check "what must not be set is not" has "$(echo '{"nonce":"x"}' >"$work/c.x"; "$benkan" charter amend --node "$work/c-ml" --set "$work/c.x" --out "$work/c.3" 2>&1)" 'not for you to set'
propose c-ml "$work/c.1"
first=$hash
word c-ml accept >/dev/null
propose c-ru "$work/c.2"
second=$hash
word c-ru accept >/dev/null
pouch c-ml ru c-ru >/dev/null
pouch c-ru ml c-ml >/dev/null
hash=$second
check "a party accepts one amendment of a charter, not two" has "$(word c-ml accept)" 'has accepted another amendment'
hash=$second
check "the other is declined" word c-ru decline ',"reason":"non"'
hash=$first
check "then the first is accepted" word c-ru accept
check "and takes effect" pouch c-ru ml c-ml
check "when each has heard" pouch c-ml ru c-ru
check "here" same "$(chain c-ml)" 2
check "there" same "$(chain c-ru)" 2
check "with one digest" equal c-ml c-ru
hash=$second
check "the other is refused from then on" exits 1 word c-ml accept
put c-ml 09 Neuf >/dev/null
check "a kind that became personal is sealed" has "$("$benkan" show --node "$work/c-ml" organisation --json)" '"visibility":"national"'

# --- a third party comes in, and leaves, by network ---

two d
node d-bf bf reg.example/d/bf
"$benkan" charter amend --node "$work/d-ml" "$work/d-bf.json" --out "$work/d.c1" >/dev/null
"$benkan" charter sign --node "$work/d-bf" "$work/d.c1" -o "$work/d.word"
put d-ml 01 Un >/dev/null
propose d-ml "$work/d.c1" "$work/d.word"
word d-ml accept >/dev/null
serve "$work/d-ml"
ml=$url mlpid=$server
check "the act comes by network" "$benkan" sync --node "$work/d-ru" "$ml"
check "is accepted" word d-ru accept
serve "$work/d-ru" --peer "$ml" --push
ru=$url tries=0
until grep -q 'takes effect' <(cat "$work/server.log") 2>/dev/null || [ $((tries += 1)) -gt 200 ]; do sleep 0.1; done
chain_of() { curl -s "$1/policy" | grep -c '^witness '; }
until [ "$(chain_of "$ml")" = 2 ] && [ "$(chain_of "$ru")" = 2 ] || [ $((tries += 1)) -gt 400 ]; do sleep 0.1; done
check "servers take it while they run" same "$(chain_of "$ml") $(chain_of "$ru")" "2 2"
check "the third party adopts the amendment" "$benkan" adopt --node "$work/d-bf" "$work/d.c1"
check "exchanges with one" "$benkan" sync --node "$work/d-bf" --push "$ml"
check "and the other" "$benkan" sync --node "$work/d-bf" --push "$ru"
check "reads what was there before it" has "$(names d-bf)" 'Un'
put d-bf 03 Trois >/dev/null
check "and is read" "$benkan" sync --node "$work/d-bf" --push "$ml"
check "there" has "$(curl -s "$ml/fr/partners")" 'Trois'
check "keys of all three are served" has "$(curl -s "$ml/keys")" '"name":"bf"'
