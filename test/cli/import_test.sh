#!/bin/bash
# Tables that people keep, taken in as records: what is written once is not written twice, and nothing is by half.
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml
letters 0 30 | "$benkan" do --node "$ml" --actor sec-1 - >/dev/null

take() { "$benkan" import --node "$ml" --format csv --actor sec-1 --lang en "$@"; }
counts() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(*(d[k] for k in ("rows","added","changed","unchanged","refused")))'; }
size() { "$benkan" show --node "$ml" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["letter"])'; }

"$benkan" export --node "$ml" --format csv --kind letter >"$work/l.csv"
check 'what was exported comes back as it is' same "$(take --kind letter "$work/l.csv" --json | counts)" '30 0 0 30 0'

cat >"$work/new.csv" <<-'C'
	Key;Число;Number;Direction;Subject (fr);Date
	A1;;V-1;ENVOYÉE;=1+1;31.3.2025
	A2;;V-2;in;"Deux ; ""lignes""";2025-04-01
C
"$benkan" export --node "$ml" --format csv --kind letter --template --lang fr >"$work/t.csv"
check 'the template has headings in the language' has "$(head -n 1 "$work/t.csv")" '^.{0,3}key,'
check '… and adds nothing by itself' same "$(take --kind letter "$work/t.csv" --json | counts)" '0 0 0 0 0'
sed -i 's/^Key/key/' "$work/new.csv"
check 'a preview says what would be, and writes nothing' has "$(take --kind letter --preview "$work/new.csv" 2>/dev/null) $(size)" 'add: 2, change: 0, leave: 0. Refused: 0. 30$'
check 'it shows how headings were understood' has "$(take --kind letter --preview "$work/new.csv" 2>&1)" 'Column “Subject \(fr\)” is taken for “subject.fr”'
check '… and which are left out' has "$(take --kind letter --preview "$work/new.csv" 2>&1)" 'Column “Число” is left out'
check 'rows become records' same "$(take --kind letter "$work/new.csv" --json | counts) $(size)" '2 2 0 0 0 32'
check '… once' same "$(take --kind letter "$work/new.csv" --json | counts) $(size)" '2 0 0 2 0 32'
check 'dates and codes were read' has "$("$benkan" show --node "$ml" letter --json)" '"number":"V-1","direction":"out","subject":\{"fr":"=1\+1"\},"date":"2025-03-31"'
sed -i 's/V-2/V-2b/' "$work/new.csv"
check 'a change of a row changes its record' same "$(take --kind letter "$work/new.csv" --json | counts) $(size)" '2 0 1 1 0 32'

cat >"$work/bad.csv" <<-'C'
	key,Number,Direction,Subject (fr),Date
	B1,V-3,out,bon,2025-04-01
	B2,V-4,sideways,mauvais,2025-04-01
	B3,V-5,out,mauvais,03/04/2025
	B4,V-6,out,,30.2.2025
	B1,V-7,out,encore,2025-04-01
	,V-8,out,sans,2025-04-01
C
check 'with an error nothing is written' eval 'take --kind letter "$work/bad.csv" 2>"$work/faults"; [ $? = 1 ] && [ "$(size)" = 32 ]'
check 'a wrong code is told by its cell' has "$(cat "$work/faults")" 'bad.csv:3: \[Direction\] '
check 'a date with two readings is told' has "$(cat "$work/faults")" 'bad.csv:4: \[Date\] “03/04/2025” can be read in two ways'
check 'an impossible date is told' has "$(cat "$work/faults")" 'bad.csv:5: \[Date\] “30.2.2025” is not a date'
check 'a key that stands twice is told' has "$(cat "$work/faults")" 'bad.csv:6: .*same id or key'
check 'a row without key is told' has "$(cat "$work/faults")" 'bad.csv:7: .*neither an id nor a key'
check 'the good rows are written when that is asked for' same "$(take --kind letter --keep-going "$work/bad.csv" --json | counts) $(size)" '6 1 0 0 5 33'

printf 'key,Number\nC1,"V-9\n' >"$work/open.csv"
printf 'key,Number\nC1,\377\n' >"$work/latin.csv"
printf 'foo,bar\n1,2\n' >"$work/unknown.csv"
printf 'Number,Date\n1,2025-01-01\n' >"$work/nokey.csv"
printf 'key,Number,number\n1,2,3\n' >"$work/twice.csv"
printf 'id,Number,Direction,Subject (fr),Date\nru/01985000-0007-7000-8000-000000000001,1,out,x,2025-01-01\n' >"$work/theirs.csv"
printf 'key,Project (reference),Type,Date,Amount (amount),Amount (currency),Amount (value date)\nP1,joint/01985000-0007-7000-8000-000000000001,Disbursement,2025-01-01,1,XOF,2025-01-01\nP2,joint/01985000-0007-7000-8000-000000000001,3,2025-01-01,"1,250",XOF,2025-01-01\n' >"$work/pay.csv"
: >"$work/empty.csv"
for f in open latin unknown nokey twice theirs; do
	check "$f.csv is refused" exits 1 take --kind letter "$work/$f.csv"
done
check 'an empty file cannot be read' exits 4 take --kind letter "$work/empty.csv"
check 'a payment of a project that is not here is told' has "$(take --kind transaction "$work/pay.csv" 2>&1)" 'pay.csv:2: \[Project \(reference\)\] There is no record'
check 'an amount with two readings is told' has "$(take --kind transaction "$work/pay.csv" 2>&1)" 'pay.csv:3: \[Amount \(amount\)\] “1,250” can be read in two ways'
check 'every kind comes back as it was exported' eval 'for k in letter organisation transaction rate; do "$benkan" export --node "$ml" --format csv --kind $k -o "$work/k.csv" && take --kind $k --preview "$work/k.csv" || exit 1; done'
# --- tables as people head them ---
cat >"$work/orgs.csv" <<-'C'
	Clé;Nom (fr);Sigle;Type
	O1;Direction du Trésor;DNTCP;10
	O2;Société des eaux;SE;70
	O3;Société des eaux;SE-2;70
C
check 'a key may be headed in any language' same "$(take --kind organisation "$work/orgs.csv" --json | counts)" '3 3 0 0 0'
cat >"$work/plan.csv" <<-'C'
	Ключ;Проект;Тип;Дата;СУММА;Валюта;Дата валютирования;Provider;Receiver
	Z1;Puits de Kayes;Disbursement;2026-03-01;1250;XOF;2026-03-01;dntcp;Direction du Trésor
	Z2;Nowhere;Disbursement;2026-03-01;1250;XOF;2026-03-01;DNTCP;Société des eaux
C
project='{"title":{"fr":"Puits de Kayes","ru":"Колодцы"},"field":"water","status":"1"}'
printf '{"type":"record.put","kind":"project","data":%s}\n' "$project" | "$benkan" do --node "$ml" --actor sec-1 - >/dev/null
seen=$(take --kind transaction --preview "$work/plan.csv" 2>&1 | tr '\n' ' ')
check 'a column may be headed by the label alone' has "$seen" 'Column “Проект” is taken for “project”'
check '… and money by what is in brackets' has "$seen" 'Column “СУММА” is taken for “value.amount”.*Column “Валюта” is taken for “value.currency”.*Column “Дата валютирования” is taken for “value.value_date”'
check 'a record is found by its name' eval '! has "$seen" plan.csv:2: >/dev/null'
check '… and one that is not there is told by its cell' has "$seen" 'plan.csv:3: \[Проект\] No record of the kind project is called “Nowhere” here'
check '… as is a name that two have' has "$seen" 'plan.csv:3: \[Receiver\] 2 records of the kind organisation are called “Société des eaux”'
check 'the good row is written' same "$(take --kind transaction --keep-going "$work/plan.csv" --json | counts)" '2 1 0 0 1'
check '… as the names say' has "$("$benkan" show --node "$ml" transaction --json)" '"project":"joint/[^"]*","type":"3","date":"2026-03-01","value":\{"amount":"1250","currency":"XOF","value_date":"2026-03-01"\},"provider":"ml/([^"]*)","receiver":"ml/\1"'
printf 'Clé;Projet;Type;Date;Montant;Devise\nY1;Puits de Kayes;Décaissement;15.03.2026;1 250;XOF\nY2;Puits de Kayes;3;31.02.2026;1;XOF\n' >"$work/day.csv"
seen=$(take --kind transaction --keep-going "$work/day.csv" 2>&1)
check 'without a value date a payment is valued at its day, and that is said' has "$seen" 'The value date of money is the day in “Date”'
check '… and written' has "$("$benkan" show --node "$ml" transaction --json)" '"amount":"1250","currency":"XOF","value_date":"2026-03-15"'
check '… a day that is none is told once' same "$(grep -c 'day.csv:3' <<<"$seen")" 1
take --kind transaction "$work/plan.csv" --keep-going --json >/dev/null
printf 'Ключ;Дата;Сумма;Валюта\nZ1;2026-04-01;1300;XOF\n' >"$work/later.csv"
take --kind transaction "$work/later.csv" --json >/dev/null
check '… and one that has a value date keeps it' has "$("$benkan" show --node "$ml" transaction --json)" '"date":"2026-04-01","value":\{"amount":"1300","currency":"XOF","value_date":"2026-03-01"'
printf 'key,Number,Direction,Subject,fr,Date\nQ1,V-20,out,One,x,2025-01-01\n' >"$work/subject.csv"
seen=$(take --kind letter --preview "$work/subject.csv" 2>&1)
check 'a text may be headed without its language' has "$seen" 'Column “Subject” is taken for “subject.en”'
check '… but not by its language alone' has "$seen" 'Column “fr” is left out'
for k in letter organisation transaction project project.sectors project.milestones; do
	"$benkan" export --node "$ml" --format csv --kind $k --template --lang ru -o "$work/k.csv"
	check "the headings of $k tell what it is" has "$(take --preview "$work/k.csv" 2>&1)" "taken for the table “$k”"
done
"$benkan" export --node "$ml" --format jsonl --kind letter -o "$work/l.jsonl"
check '… as do lines of JSON' same "$("$benkan" import --node "$ml" --format jsonl "$work/l.jsonl" --json | counts)" "$(size) 0 0 $(size) 0"
printf 'key,Date\nA1,2025-01-01\n' >"$work/any.csv"
check 'what could be of many kinds is wrong usage' exits 2 take "$work/any.csv"
check '… and a kind that is none' exits 2 take --kind nonsense "$work/new.csv"
check 'the ledger verifies' "$benkan" verify --node "$ml"
