#!/bin/bash
# What may befall a node: a second process, a damaged database, a full disk, a clock set back, a lost high-water
# file, death at any moment.  Each time a clear word, the right exit code, and nothing lost or half-written.
. test/node.sh

register "$work/a" >"$work/said" 2>&1 || { sed 's/^/# /' "$work/said"; echo 'not ok a register to try'; exit 1; }
ml=$work/a/ml
letters 0 20 | "$benkan" do --node "$ml" --actor sec-1 - >/dev/null

# --- a second process ---
serve "$ml"
said=$(letters 20 21 | "$benkan" do --node "$ml" --actor sec-1 - 2>&1)
code=$?
check 'a second writer is refused' same $code 1
check 'and told which process holds the node' has "$said" "$server"
check 'a second server is refused' eval '! timeout 10 "$benkan" serve --node "$ml" --listen 127.0.0.1:$(free_port)'
check 'a reader beside the server is welcome' same "$(records "$ml" letter)" 20
stop_server
check 'and the lock is gone with the server' eval 'letters 20 21 | "$benkan" do --node "$ml" --actor sec-1 -'
check 'an address in use is told' eval 'serve "$ml" && ! timeout 10 "$benkan" serve --node "$work/a/ru" --listen "${url#http://}" 2>"$work/in-use" && [ -s "$work/in-use" ]'
stop_server

# --- a clock set back ---
${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$work/clock.so" test/cli/clock.c
letters 21 22 | CLOCK_BACK=86400 LD_PRELOAD=$work/clock.so "$benkan" do --node "$ml" --actor sec-1 - >"$work/done"
check 'a clock set back a day stops no act' has "$(cat "$work/done")" '"leaf"'
check 'and no time in the ledger goes back' eval '"$benkan" verify --node "$ml" --json | tee "$work/verdict" && ! grep -q time-back "$work/verdict"'

# --- death at any moment, under load ---
letters 100 5000 >"$work/many"
acknowledged=0
for round in 1 2 3 4 5 6 7 8; do
	"$benkan" do --node "$ml" --actor sec-1 - <"$work/many" >"$work/round" 2>/dev/null &
	pid=$!
	sleep 0.$((RANDOM % 25 + 3))
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	# A last line cut off by the kill was not acknowledged.
	grep -E '"leaf":"[0-9a-f]{64}".*\}$' "$work/round" >>"$work/acknowledged"
done
acknowledged=$(wc -l <"$work/acknowledged")
check "killed eight times, the ledger of $acknowledged acknowledged acts verifies" "$benkan" verify --node "$ml"
"$benkan" show --node "$ml" letter --json >"$work/kept"
check 'and every acknowledged act is there' eval 'grep -oE "\"id\":\"[^\"]*\"" "$work/acknowledged" | sort >"$work/x";
	grep -oE "\"id\":\"[^\"]*\"" "$work/kept" | sort >"$work/y"; [ -s "$work/x" ] && [ -z "$(comm -23 "$work/x" "$work/y")" ]'
before=$("$benkan" state --node "$ml")
check 'nothing is half applied: a rebuild changes nothing' eval '"$benkan" rebuild --node "$ml" && same "$("$benkan" state --node "$ml")" "$before"'

# --- a full disk ---
if [ "$(id -u)" = 0 ] && mkdir "$work/small" && mount -t tmpfs -o size=6m tmpfs "$work/small" 2>/dev/null; then
	mounted=$work/small
	register "$work/small" >/dev/null 2>&1
	letters 0 20000 | timeout 60 "$benkan" do --node "$work/small/ml" --actor sec-1 - >"$work/full" 2>"$work/full-said"
	code=$?
	check 'a full disk stops the writer with exit 1 or 4' eval "[ $code = 1 ] || [ $code = 4 ]"
	check 'and is told' eval 'cat "$work/full-said"; grep "\"error\"" "$work/full" | tail -n 1; grep -qiE "disk|space|full" "$work/full-said" "$work/full"'
	mount -o remount,size=32m "$mounted"
	check 'with room again the ledger verifies' "$benkan" verify --node "$work/small/ml"
	check 'and the node writes again' eval 'letters 30000 30001 | "$benkan" do --node "$work/small/ml" --actor sec-1 -'
	check 'no acknowledged act is lost' eval 'grep -c "\"leaf\"" "$work/full" >"$work/n1"; records "$work/small/ml" letter >"$work/n2";
		cat "$work/n1" "$work/n2"; [ "$(cat "$work/n2")" -ge "$(cat "$work/n1")" ]'
	umount "$mounted" && mounted=
else
	echo 'ok a full disk # SKIP mounting a small disk needs root'
fi

# --- a high-water file that knows more, or is lost ---
cp -r "$ml" "$work/old"
letters 6000 6003 | "$benkan" do --node "$ml" --actor sec-1 - >/dev/null
highwater=$(cd "$ml" && find . -name '*high*' | head -n 1)
check 'there is a high-water file' test -n "$highwater"
cp "$ml/$highwater" "$work/old/$highwater"
said=$(letters 6003 6004 | "$benkan" do --node "$work/old" --actor sec-1 - 2>&1)
check 'an old copy of the node refuses to write' has "$? $said" '^[^0].*[a-z]'
rm "$work/old/$highwater"
check 'and so does one whose high-water file is lost' eval '! letters 6003 6004 | "$benkan" do --node "$work/old" --actor sec-1 - >/dev/null'

# --- damage ---
damage() {
	cp -r "$ml" "$work/$1"
	find "$work/$1" -name "$2" | while read -r f; do
		rm -f "$f-wal" "$f-shm"
		printf 'damage' | dd of="$f" bs=1 seek="$3" conv=notrunc 2>/dev/null
	done
}
damage header 'ledger.db' 0
check 'a ledger that is no database exits 4' exits 4 "$benkan" show --node "$work/header" letter
check 'in words' has "$("$benkan" verify --node "$work/header" 2>&1)" '[a-z]{4}'
damage projection 'register.db' 0
"$benkan" rebuild --node "$work/projection" >"$work/said" 2>&1
check 'a damaged projection is rebuilt from the ledger' same "$("$benkan" state --node "$work/projection")" "$("$benkan" state --node "$ml")"
size=$(stat -c %s "$ml/ledger.db")
damage middle 'ledger.db' $((size / 2))
check 'verify finds damage in the middle of the ledger' eval '! "$benkan" verify --node "$work/middle"'
