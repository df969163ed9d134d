#!/bin/bash
# Workbooks and JSON Lines, taken in as records; the workbooks are made by Python's zipfile (workbooks.py).
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml
mkdir "$work/x"
python3 test/cli/workbooks.py "$work/x"
take() { "$benkan" import --node "$ml" --format xlsx --actor sec-1 --lang en "$@"; }
counts() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(*(d[k] for k in ("rows","added","changed","unchanged","refused")))'; }
shown() { "$benkan" show --node "$ml" "$1" --json; }

check 'a workbook is read: shared and inline texts, formulas as they were, dates by their format' \
	same "$(take --kind letter "$work/x/good.xlsx" --json | counts)" '3 3 0 0 0'
check '… with what stands in the cells' has "$(shown letter)" '"number":"V-1","direction":"out","subject":\{"fr":"deux"\},"date":"2025-03-31"'
check '… in any letters' has "$(shown letter)" '"number":"Vé-2","direction":"in","subject":\{"fr":"Письмо"\},"date":"2025-04-01"'
check '… without references too' has "$(shown letter)" '"subject":\{"fr":"trois"\},"date":"2025-04-02"'
check '… once' same "$(take --kind letter "$work/x/good.xlsx" --json | counts)" '3 0 0 3 0'
check 'one that is not packed is the same' same "$(take --kind letter "$work/x/stored.xlsx" --json | counts)" '3 0 0 3 0'
check 'a sheet is chosen by its name' same "$(take --kind letter --sheet Lettres "$work/x/second.xlsx" --json | counts)" '3 0 0 3 0'
check 'a sheet that is not there is told' has "$(take --kind letter --sheet Autre "$work/x/second.xlsx" 2>&1)" 'no sheet “Autre”; its first is “Vide”'
check 'the calendar of 1904' eval 'take --kind letter "$work/x/mac.xlsx" >/dev/null && has "$(shown letter)" "\"fr\":\"mac\"\},\"date\":\"2025-03-31\""'
check 'decimals are exact, and what a spreadsheet shows' eval 'take --kind rate "$work/x/money.xlsx" >/dev/null &&
	same "$(shown rate | grep -oE "\"value\":\"[^\"]*\"" | sort | tr "\n" " ")" "\"value\":\"0.0025\" \"value\":\"0.1\" \"value\":\"1200\" \"value\":\"655.957\" \"value\":\"655.957\" "'
failed=$(take --kind letter "$work/x/failed.xlsx" 2>&1)
check 'a formula that failed is told by its cell' has "$failed" 'failed.xlsx:2: \[Number\] The formula in this cell failed \(#N/A\)'
check '… and a date with a time of day' has "$failed" 'failed.xlsx:2: \[Date\] “2025-03-31 12:00:00” is not a date'
for f in 'old.xls|old kind' 'cut.xlsx|damaged' 'broken.xlsx|damaged|well-formed' 'other.xlsx|no sheet' 'bomb.xlsx|unpacks to more than' 'entity.xlsx|document type' 'wide.xlsx|columns' 'cell.xlsx|more than .* kB'; do
	check "${f%%|*} is refused in words" has "$(take --kind letter "$work/x/${f%%|*}" 2>&1)" "${f#*|}"
done
for f in 'relations.xlsx|not in the workbook' 'rowtexts.xlsx|^(Added|Nothing is written).*: 0\.' 'copies.xlsx|more than 64 kB of text' 'twice.xlsx|two parts of one name'; do
	check "${f%%|*} fills no memory, and is told in words" has "$(take --kind letter --keep-going "$work/x/${f%%|*}" 2>&1 | tail -n 3)" "${f#*|}"
done
check 'a workbook that is CSV is told' has "$(printf 'key,Number\n1,2\n' >"$work/x/n.xlsx"; take --kind letter "$work/x/n.xlsx" 2>&1)" 'not a workbook'

for f in csv xlsx jsonl; do
	"$benkan" export --node "$ml" --format $f --kind letter --lang ru -o "$work/l.$f"
	check "what was exported as $f comes back as it is" \
		same "$("$benkan" import --node "$ml" --format $f --kind letter --json "$work/l.$f" | counts)" '4 0 0 4 0'
done
head -n 1 "$work/l.jsonl" | sed 's/"number":"[^"]*"/"number":"J-1"/; s/"id":"[^"]*"/"id":"01990000-0000-7000-8000-000000000001"/' >"$work/new.jsonl"
jsonl() { "$benkan" import --node "$ml" --format jsonl --kind letter --lang en "$@"; }
check 'a new line is a new record' same "$(jsonl "$work/new.jsonl" --json | counts)" '1 1 0 0 0'
printf '%s\n' '{"kind":"letter"}' '{"kind":"rate","party":"ml","id":"x"}' '{"kind":"letter","party":"ml","id":"01990000-0000-7000-8000-000000000002","data":{"number":7}}' 'nonsense' >"$work/bad.jsonl"
check 'lines that say nothing are told by their numbers' eval 'said=$(jsonl "$work/bad.jsonl" 2>&1); has "$said" "bad.jsonl:1: .*no record" && has "$said" "bad.jsonl:2: .*of the kind “rate”" && has "$said" "bad.jsonl:3: " && has "$said" "bad.jsonl:4: "'
"$benkan" export --node "$ml" --format xlsx --kind transaction --template --lang fr -o "$work/t.xlsx"
check 'a template has its headings, and the codes in a second sheet' eval 'python3 - "$work/t.xlsx" <<-P
	import sys, zipfile
	z = zipfile.ZipFile(sys.argv[1])
	text = "".join(z.read(n).decode() for n in z.namelist())
	sys.exit(not all(w in text for w in ("Codes", "Décaissement", "key", "Montant (montant)")))
P'
check '… and adds nothing by itself' same "$(take --kind transaction "$work/t.xlsx" --json | counts)" '0 0 0 0 0'
