#!/bin/bash
# kill -9 in the middle of writing, dozens of times: every line that was printed is in the ledger, at its place.
. test/node.sh

register "$work/a" >"$work/said" 2>&1 || { sed 's/^/# /' "$work/said"; echo 'not ok a register to try'; exit 1; }
ml=$work/a/ml
letters 0 3000 >"$work/many"
rounds=36
for ((round = 0; round < rounds; round++)); do
	"$benkan" do --node "$ml" <"$work/many" >"$work/round" 2>/dev/null &
	pid=$!
	sleep 0.$(printf '%03d' $((RANDOM % 250 + 10)))
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	grep -E '^\{"party":"ml".*\}$' "$work/round" >>"$work/printed"
done
places() { grep -oE '"n":[0-9]+|"id":"[^"]*"' "$1" | tr -d '"' | paste -d' ' - - | sed -E 's/^(n:[0-9]+) (id:.*)$/\2 \1/' | sort; }
"$benkan" show --node "$ml" letter --json | grep -oE '"id":"[^"]*","ledger":"ml","n":[0-9]+' >"$work/shown"
places "$work/printed" >"$work/x"
places "$work/shown" >"$work/y"
check "after $rounds kills, $(wc -l <"$work/x") lines were printed" test "$(wc -l <"$work/x")" -gt 100
check 'each of them is in the ledger, at the place it was told' same "$(comm -23 "$work/x" "$work/y")" ''
check 'and everything verifies' "$benkan" verify --node "$ml"
