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

# Each figure small, the sum beyond 64 bits of millionths, upwards and downwards.
register "$work/far" >/dev/null 2>&1
far() { "$benkan" "$1" --node "$work/far/ml" "${@:2}" 2>/dev/null; }
echo '{"type":"record.put","kind":"project","data":{"title":{"fr":"P","ru":"П"},"status":"2","field":"energy","sectors":[{"sector":"11110","percentage":"50"},{"sector":"12220","percentage":"50"}],"illustrative":true}}' |
	far do --actor sec-1 - >/dev/null
id=$(far show project --json | grep -oE '"id":"[0-9a-f-]{36}"' | head -n 1 | cut -d'"' -f4)
for year in 2025 2026; do
	for day in 1 2 3 4 5; do
		sign=$([ $year = 2026 ] || echo -)
		echo '{"type":"record.put","kind":"transaction","data":{"project":"joint/'"$id"'","type":"3","date":"'$year-01-0$day'","value":{"amount":"'"$sign"'9000000000000.25","currency":"RUB","value_date":"'$year-01-01'"},"illustrative":true}}'
	done
done | far do --actor sec-1 - >/dev/null
check 'a sum may be larger than each of its figures can be' same "$(far totals --by year --json)" \
	'[{"transaction-type":"3","year":"2025","currency":"RUB","count":5,"amount":"-45000000000001.25"},{"transaction-type":"3","year":"2026","currency":"RUB","count":5,"amount":"45000000000001.25"}]'
check 'and so may those of parts' has "$(far totals --by sector,year --json)" \
	'"year":"2026","sector":"12220","currency":"RUB","count":5,"amount":"22500000000000.60"'
