#!/bin/bash
# The command line itself: help in three languages, wrong usage, completion and man page from the one table,
# and the finer points of do and account.
. test/node.sh

commands=$("$benkan" help | sed -n 's/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p')
check 'help lists the commands' test "$(wc -l <<<"$commands")" -ge 20

# --- help, in the user's language ---
helps() {
	local name lang
	while read -r name; do
		for lang in en fr ru; do
			# shellcheck disable=SC2086
			"$benkan" $name --help --lang $lang >"$work/help.$lang" || { echo "$name --help --lang $lang"; return 1; }
			[ "$(wc -l <"$work/help.$lang")" -ge 6 ] || { echo "$name has little help in $lang"; return 1; }
		done
		! cmp -s "$work/help.en" "$work/help.fr" && ! cmp -s "$work/help.en" "$work/help.ru" || { echo "$name is not translated"; return 1; }
	done <<<"$commands"
}
check 'every command explains itself in English, French and Russian' helps
check 'the language of the environment is spoken' has "$(LC_ALL='' LANG=ru_RU.UTF-8 "$benkan" help)" 'Команды'
check 'LC_ALL goes before LANG' has "$(LC_ALL=fr_FR.UTF-8 LANG=ru_RU.UTF-8 "$benkan" help)" 'Commandes'
check '--lang goes before both' has "$(LC_ALL=fr_FR.UTF-8 "$benkan" help --lang ru)" 'Команды'
check 'an unknown language of the environment is English' has "$(LC_ALL=de_DE.UTF-8 "$benkan" help)" 'Commands'

# --- wrong usage ---
says() { # says CODE PATTERN COMMAND...
	local code=$1 pattern=$2 said got
	shift 2
	said=$("$@" 2>&1 >/dev/null)
	got=$?
	[ $got = "$code" ] && has "$said" "$pattern" || { echo "exit $got: $said"; return 1; }
}
export LC_ALL=C.UTF-8
check 'no command at all' says 2 'Usage' "$benkan"
check 'a misspelt command is guessed' says 2 'Did you mean “verify”' "$benkan" verfy
check 'a misspelt second word is guessed' says 2 'Did you mean “account token”' "$benkan" account tokn
check 'an unknown command that is near nothing' says 2 'benkan help' "$benkan" xyzzy
check 'a misspelt option is guessed' says 2 'Did you mean --node' "$benkan" state --nod x
check 'an option without its value' says 2 'needs a value' "$benkan" state --node
check 'a switch with a value' says 2 'takes no value' "$benkan" state --node x --dump=1
check 'a required option' says 2 '--node DIR is missing' "$benkan" state
check 'too many words' says 2 'one word too many' "$benkan" state --node x y
check 'too few words' says 2 'missing here' "$benkan" charter --out x one.json
check 'an unknown language' says 2 'fr, ru or en' "$benkan" state --node x --lang de
check 'an unknown kind says where the kinds are listed' says 2 'benkan show --node' "$benkan" show --node x ministry
check 'the history is of one record' says 2 'PARTY/ID' "$benkan" show --node x letter --history
check 'verify wants something to verify' says 2 '--url URL' "$benkan" verify
check 'verify wants one thing' says 2 '--url URL' "$benkan" verify --node x --url http://y
check 'verify wants a key' says 2 'verifier key' "$benkan" verify --url http://127.0.0.1:1
check 'a shell that is not known' says 2 'bash, zsh or fish' "$benkan" completion tcsh
check 'an address that is none' says 2 '127.0.0.1:8080' "$benkan" serve --node x --listen 8080
check 'a certificate alone' says 2 'given together' "$benkan" serve --node x --listen 127.0.0.1:0 --tls-cert y
check 'a peer that does not answer' says 4 '.' "$benkan" verify --url http://127.0.0.1:1 --vkey 'ml.benkan.example/registre/ml+bfbe662a+ARU52ju2pwIz3kAr94+35oruMSHI3J60oOohD84Vlh77'
check 'a node that is not there' says 4 'no node' "$benkan" state --node "$work/none"
for wrong in '--party M' '--party joint' '--origin example' '--origin Example.com/ml' '--url ftp://x' '--store mysql' '--name='; do
	set -- --party ml --name Mali --origin ml.example/ml
	# shellcheck disable=SC2086
	check "init refuses $wrong" says 2 "^benkan: ${wrong:2:3}" "$benkan" init --node "$work/no" "$@" $wrong
done
check 'and leaves nothing' same "$(ls "$work" | grep '^no')" ''
check 'a folder that cannot be made' exits 4 "$benkan" init --node "$work/none/none" --party ml --name M --origin ml.example/ml

# --- from the table: completion and man page ---
in_each() {
	local text=$1 name
	while read -r name; do
		grep -qE -- "(^|[^a-z-])${name##* }([^a-z-]|\$)" <<<"$text" || { echo "$name is missing"; return 1; }
	done <<<"$commands"
}
check 'bash completes every command' in_each "$("$benkan" completion bash)"
check 'zsh completes every command' in_each "$("$benkan" completion zsh)"
check 'fish completes every command' in_each "$("$benkan" completion fish)"
check 'the manual page has every command' in_each "$("$benkan" man)"
completes() { # completes WORDS... : what bash offers for the last one
	bash -c 'source <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _benkan; echo "${COMPREPLY[@]}"' "$benkan" "$@"
}
check 'bash: a command' same "$(completes benkan veri)" verify
check 'bash: its second word' same "$(completes benkan account tok)" token
check 'bash: of every command that has one' same "$(completes benkan pouch o)" open
check 'bash: an option of it' has "$(completes benkan verify --v)" '^--vkey$'
check 'the manual page is roff' has "$("$benkan" man --lang fr | head -n 1)" '^\.TH BENKAN 1'
check 'the version' same "$("$benkan" version --json)" "{\"version\":\"$("$benkan" --version | cut -d' ' -f2)\"}"

# --- do ---
register "$work/a" >"$work/said" 2>&1 || { sed 's/^/# /' "$work/said"; echo 'not ok a register to try'; exit 1; }
ml=$work/a/ml
mkdir "$work/drafts"
printf 'Protocole signé' >"$work/drafts/protocole.pdf"
cat >"$work/drafts/d.jsonl" <<'END'
{"type":"record.put","kind":"document","data":{"title":{"fr":"Protocole"},"file":{"file":"protocole.pdf"}}}

{"type":"record.put","kind":"document","data":{"title":{"fr":"Absent"},"file":{"file":"absent.pdf"}}}
{"type":"record.put","kind":"document","data":{"title":{"fr":"Nommé"},"file":{"file":"protocole.pdf","name":"a.txt","media":"text/plain"}}}
END
"$benkan" do --node "$ml" --actor sec-1 "$work/drafts/d.jsonl" >"$work/out" 2>/dev/null
check 'a missing file refuses its line alone, and the line is named' same "$? $(sed -n 2p "$work/out" | grep -c '"field":"file".*"line":3')" '1 1'
said=$("$benkan" show --node "$ml" document --json)
check 'a file given by its path becomes an attachment' has "$said" "\"file\":\{\"sha256\":\"$(sha256sum <"$work/drafts/protocole.pdf" | cut -c1-64)\",\"size\":16,\"media\":\"application/pdf\",\"name\":\"protocole.pdf\""
check 'with the name and type that were given' has "$said" '"media":"text/plain","name":"a.txt"'
check 'running the same file twice adds nothing' eval '
	letters 0 5 | sed "s/\"kind\":\"letter\",/&\"id\":\"01985000-0015-7000-8001-00000000000\",/" | awk "{ sub(/00000000000\",/, sprintf(\"00000000000%d\\\",\", NR)); print }" >"$work/twice" &&
	"$benkan" do --node "$ml" "$work/twice" >"$work/first" && "$benkan" do --node "$ml" "$work/twice" >"$work/second" &&
	[ "$(grep -c "\"unchanged\":true" "$work/second")" = 5 ] && same "$(cut -d, -f1-4 "$work/first")" "$(sed "s/,\"unchanged\":true//" "$work/second" | cut -d, -f1-4)"'
check 'a line that is far too long is refused, its neighbours are written' eval '
	{ letters 10 11; head -c 3000000 /dev/zero | tr "\0" x; echo; letters 11 12; } | "$benkan" do --node "$ml" >"$work/long" 2>/dev/null;
	same "$? $(grep -c leaf "$work/long") $(grep -c error "$work/long") $(wc -l <"$work/long")" "1 2 1 3"'
check 'the last line needs no end' eval 'letters 12 13 | head -c -1 | "$benkan" do --node "$ml" | grep -q leaf'

# Line by line into a pipe: each is answered at once.  Ctrl-C then ends it cleanly.
answered_at_once() {
	local line pid
	mkfifo "$work/in" "$work/answers"
	"$benkan" do --node "$ml" <"$work/in" >"$work/answers" 2>"$work/stopped" &
	pid=$!
	exec 7>"$work/in" 8<"$work/answers"
	letters 20 21 >&7 && read -r -t 10 -u 8 line && has "$line" leaf || return 1
	letters 21 22 >&7 && read -r -t 10 -u 8 line && has "$line" leaf || return 1
	kill -INT $pid
	wait $pid
	[ $? = 1 ] && has "$(cat "$work/stopped")" 'Stopped after line 2'
}
check 'a line is answered at once; Ctrl-C stops between commits' answered_at_once
exec 7>&- 8<&-

check 'show lists the kinds' has "$("$benkan" show --node "$ml" --lang fr)" '^document +2 +Documents'
check 'and their counts as JSON' has "$("$benkan" show --node "$ml" --json)" '"document":2[,}]'

# --- accounts ---
check 'a short password is refused' eval '! echo short | "$benkan" account add --node "$ml" awa clerk'
check 'an unknown role is wrong usage' says 2 'reader, clerk' "$benkan" account add --node "$ml" awa king
check 'an account is added' eval 'echo "un mot de passe long" | "$benkan" account add --node "$ml" awa clerk --actor sec-2'
check 'once' eval '! echo "un mot de passe long" | "$benkan" account add --node "$ml" awa clerk'
check 'and listed' same "$("$benkan" account list --node "$ml" --json)" '[{"name":"awa","role":"clerk","actor":"sec-2","disabled":false}]'
check 'a token is 64 hex digits' has "$("$benkan" account token --node "$ml" awa 'imports')" '^[0-9a-f]{64}$'
check 'another role keeps the label' eval '"$benkan" account role --node "$ml" awa secretary && "$benkan" account list --node "$ml" | grep -qE "awa.*secretary.*sec-2"'
check 'disabled and enabled' eval '"$benkan" account disable --node "$ml" awa && "$benkan" account list --node "$ml" | grep -q disabled && "$benkan" account disable --node "$ml" awa --enable && ! "$benkan" account list --node "$ml" | grep -q disabled'
check 'nobody of that name' exits 1 "$benkan" account disable --node "$ml" fanta
serve "$ml"
check 'accounts are kept while the node serves' eval 'echo "un autre mot de passe" | "$benkan" account password --node "$ml" awa'
stop_server
