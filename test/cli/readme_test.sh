#!/bin/bash
# The README's walk, as it stands there: every command of its console blocks is run on a demonstration register of its own and says
# what the README says it does, where … stands for whatever differs from run to run.  And what make run serves is live.
. test/node.sh
export LANG=C.UTF-8 LC_ALL=C.UTF-8
here=$PWD

demo/build "$work/run" >"$work/said" 2>&1 || { sed 's/^/# /' "$work/said"; echo 'not ok the demonstration is built'; exit 1; }
ln -s "$benkan" "$work/benkan"

# Both nodes as make run serves them: sets `ml` and `ru` to their ports.
live() {
	# two ports in a row, Mali's and Russia's
	while ml=$(free_port) ru=$((ml + 1)); (exec 3<>"/dev/tcp/127.0.0.1/$ru") 2>/dev/null; do :; done
	rm -f "$work/live"
	BENKAN=$benkan setup/serve-demo "$work/run" "$ml" >"$work/live" 2>&1 &
	server=$!
	started+=($server)
	until grep -qs "Ctrl-C stops both" "$work/live"; do kill -0 $server 2>/dev/null || return 1; sleep 0.05; done
}

# eventually COMMAND...: within half a minute, however slow the machine
eventually() {
	local end=$((SECONDS + 30))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { "$@"; return 1; }
		sleep 0.2
	done
}

# --- make run ---
check 'both nodes are served' live
say() { # say PARTY PORT DRAFT
	curl -sf -H "Authorization: Bearer $("$benkan" account token --node "$work/run/$1" demo walk)" -H 'Content-Type: application/json' \
		-d "$3" "http://127.0.0.1:$2/api/v1/acts"
}
id=01990000-0007-7000-8000-000000000002
state_at() { curl -sf "http://127.0.0.1:$1/api/v1/project/joint/$id" | grep -oE '"state":"[a-z_]*"'; }
is_at() { same "$(state_at "$1")" "\"state\":\"$2\""; }
check 'Bamako proposes' say ml "$ml" \
	'{"type":"record.put","kind":"project","id":"'$id'","data":{"title":{"fr":"Bac de Gao","ru":"Паром в Гао"},"field":"transport","status":"1"}}'
check 'and accepts its own text' say ml "$ml" '{"type":"act.accept","kind":"project","id":"'$id'"}'
check 'Moscow sees it' eventually is_at "$ru" accepted
check 'and accepts it' say ru "$ru" '{"type":"act.accept","kind":"project","id":"'$id'"}'
check 'it is in force in Bamako' eventually is_at "$ml" in_force
check 'and in Moscow' eventually is_at "$ru" in_force
kill $server
wait $server
check 'both stop cleanly' same $? 0
check 'and say so' has "$(cat "$work/live")" 'both nodes are stopped'
check 'nobody listens any more' eval '! (exec 3<>"/dev/tcp/127.0.0.1/$ml") 2>/dev/null && ! (exec 3<>"/dev/tcp/127.0.0.1/$ru") 2>/dev/null'

# --- a folder of an older demonstration ---
check 'what stands is left as it is' same "$(demo/build "$work/run" 2>&1)" ''
cp "$work/run/ru/ready" "$work/ready" && : >"$work/run/ru/ready"
check 'an older one is told of, with the way out' has "$(demo/build "$work/run" 2>&1)" "rm -r $work/run"
mv "$work/ready" "$work/run/ru/ready"

# --- the console blocks ---
# The commands and what each is to say, in files numbered in order: N.do, N.says; a line that begins a block: N.block
awk -v dir="$work" '
	/^```console$/ { inside = 1; next }
	/^```/ { inside = 0; here = 0; next }
	inside && here { print >>(dir "/" n ".do"); if ($0 == "END") here = 0; next }
	inside && /^\$ / { n++; print substr($0, 3) >(dir "/" n ".do"); printf "" >(dir "/" n ".says"); here = /<<.END.$/; next }
	inside { print >>(dir "/" n ".says") }
	END { print n + 0 >(dir "/count") }' README.md

# as_written SAID WANTED: each line as the README has it; a line that is … alone stands for any number of them.
as_written() {
	local pattern
	pattern=$(sed -e 's/[][\.*^$+?(){}|]/\\&/g' -e 's/^…$/(.*\\n)*.*/' -e 's/…/.*/g' "$2" | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }')
	perl -0777 -CSDA -e 'my ($p, $f) = @ARGV; open my $h, "<", $f; my $t = <$h>; $t =~ s/\n\z//; exit($t !~ /\A$p\z/)' "$pattern" "$1" ||
		{ printf 'said:\n%s\nthe README has:\n%s\n' "$(cat "$1")" "$(cat "$2")"; return 1; }
}

# One shell for all of them, as a reader would have; it runs in the scratch folder.
check 'the README has a walk' test "$(cat "$work/count")" -gt 10
served=
for ((i = 1; i <= $(cat "$work/count"); i++)); do
	if [ -z "$served" ] && grep -q 127.0.0.1 "$work/$i.do"; then
		check 'the nodes are served again' live
		served=yes
	fi
	sed -i "s/127\.0\.0\.1:8080/127.0.0.1:$ml/g" "$work/$i.do"
	cd "$work" || exit 1
	. "./$i.do" >"$work/$i.said" 2>&1
	cd "$here" || exit 1
	check "README: $(head -n 1 "$work/$i.do" | cut -c1-70)" as_written "$work/$i.said" "$work/$i.says"
done
kill $server
wait $server
