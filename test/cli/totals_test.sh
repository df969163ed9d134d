#!/bin/bash
# Sums of money on random registers, against a program that shares nothing with ours (totals.py).
. test/node.sh

for seed in 1 2 3; do
	register "$work/$seed" >/dev/null 2>&1
	check "totals and their proofs on random register $seed, as Python's decimal has them" \
		python3 test/cli/totals.py "$benkan" "$work/$seed/ml" "$work/$seed/ru" $seed
done
before=$("$benkan" totals --node "$work/1/ml" --by sector,country --in XOF --rates hub --json)
"$benkan" rebuild --node "$work/1/ml" >/dev/null 2>&1
check 'they are the same after the register was made anew' same "$("$benkan" totals --node "$work/1/ml" --by sector,country --in XOF --rates hub --json)" "$before"
totals() { "$benkan" totals --node "$work/1/ml" --lang en "$@" 2>&1; }
check 'an unknown dimension is refused' exits 1 totals --by colour
check 'rates need a source' has "$(totals --in XOF)" 'Known here: bank, hub, parity'
check 'an unknown currency is refused' exits 1 totals --in FCFA --rates hub
check 'what is repeated is said' has "$(totals --by year)" 'second-hand publishers repeat it'
