#!/bin/bash
# The parts of records as tables of their own: milestones, sectors, agenda items.  What is written once is not written twice,
# what no row speaks of stays, and what is wrong is told by its cell.
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml
id=01985000-0007-7000-8000-00000000000
project() {
	echo '{"type":"record.put","kind":"project","id":"'$id$1'","data":{"title":{"fr":"'$2'","ru":"'$3'"},"identifier":"ML-'$1'","field":"transport","status":"1","planned_end":"2027-01-01"}}'
	echo '{"type":"act.accept","kind":"project","id":"'$id$1'"}'
}
{
	project 1 'Pont de Kayes' 'Мост в Каесе'
	project 2 'École de Ségou' 'Школа в Сегу'
	project 3 'Puits' 'Колодец'
	project 4 'puits' 'Колодцы'
} | "$benkan" do --node "$ml" --actor sec-1 - >/dev/null
# The other side accepts, so that what is in force is what a table is laid over.
agree() {
	"$benkan" pouch pack --node "$ml" --to ru -o "$work/out.pouch" >/dev/null 2>&1
	"$benkan" pouch open --node "$work/a/ru" "$work/out.pouch" >/dev/null 2>&1
	for n in "$@"; do echo '{"type":"act.accept","kind":"project","id":"'$id$n'"}'; done | "$benkan" do --node "$work/a/ru" - >/dev/null
	"$benkan" pouch pack --node "$work/a/ru" --to ml -o "$work/in.pouch" >/dev/null 2>&1
	"$benkan" pouch open --node "$ml" "$work/in.pouch" >/dev/null 2>&1
	# … and the own side, where it has only proposed.
	for n in "$@"; do echo '{"type":"act.accept","kind":"project","id":"'$id$n'"}'; done | "$benkan" do --node "$ml" - >/dev/null 2>&1
	"$benkan" pouch pack --node "$ml" --to ru -o "$work/out.pouch" >/dev/null 2>&1
	"$benkan" pouch open --node "$work/a/ru" "$work/out.pouch" >/dev/null 2>&1
	"$benkan" pouch pack --node "$work/a/ru" --to ml -o "$work/in.pouch" >/dev/null 2>&1
	"$benkan" pouch open --node "$ml" "$work/in.pouch" >/dev/null 2>&1
}
agree 1 2 3 4

take() { "$benkan" import --node "$ml" --format csv --actor sec-1 --lang en "$@"; }
counts() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(*(d[k] for k in ("rows","added","changed","unchanged","refused")))'; }
parts() { "$benkan" export --node "$ml" --format csv --kind "$1"; }
keys() { parts project.milestones | tail -n +2 | cut -d, -f1,3 | sed 's/.*0\([0-9]\),/\1 /' | sort | tr '\n' ';'; }

"$benkan" export --node "$ml" --format csv --kind project.milestones --template --lang fr >"$work/t.csv"
check 'the template begins with whose part a row is' has "$(head -n 1 "$work/t.csv")" '^.{0,3}Projet,Clé,'
check '… and adds nothing by itself' same "$(take --kind project.milestones "$work/t.csv" --json | counts)" '0 0 0 0 0'
check 'there is one of a workbook' eval '"$benkan" export --node "$ml" --format xlsx --kind project.milestones --template -o "$work/t.xlsx" && head -c 2 "$work/t.xlsx" | grep -q PK'

cat >"$work/m.csv" <<-'C'
	Projet,Clé,Intitulé (fr),Début prévu,Fin prévue,Poids
	Pont de Kayes,design,Étude,01.02.2026,30.06.2026,1
	ML-2,walls,Murs,,2026-09-01,
	мост в каесе,piers,Piles,,2026-12-31,"2,5"
C
check 'a preview says what would be' has "$(take --kind project.milestones --preview "$work/m.csv" 2>/dev/null) $(keys)" 'add: 3, change: 0, leave: 0. Refused: 0. $'
check 'it shows how headings were understood' has "$(take --kind project.milestones --preview "$work/m.csv" 2>&1)" 'Column “Projet” is taken for “id”'
check 'rows become parts, their records named by title in any language or by identifier' same "$(take --kind project.milestones "$work/m.csv" --json | counts)" '3 3 0 0 0'
check 'what is proposed already is not proposed again' same "$(take --kind project.milestones "$work/m.csv" --json | counts)" '3 0 0 3 0'
agree 1 2
check 'the parts stand' same "$(keys)" '1 design;1 piers;2 walls;'
check '… and importing twice adds nothing' same "$(take --kind project.milestones "$work/m.csv" --json | counts)" '3 0 0 3 0'
parts project.milestones >"$work/back.csv"
check 'what was exported comes back as it is' same "$(take --kind project.milestones "$work/back.csv" --json | counts)" '3 0 0 3 0'

printf 'Project,key,Weight\nPont de Kayes,piers,3\n' >"$work/w.csv"
check 'a row changes its part' same "$(take --kind project.milestones "$work/w.csv" --json | counts)" '1 0 1 0 0'
agree 1
check '… and leaves what it does not speak of' has "$(parts project.milestones)" 'piers,Piles,,,,,2026-12-31,,3'
check '… and the others' same "$(keys)" '1 design;1 piers;2 walls;'

printf 'Project,Sector (code),Percentage (%%)\nPont de Kayes,21020,60\nPont de Kayes,11110,40\n' >"$work/s.csv"
check 'shares that add up are taken' same "$(take --kind project.sectors "$work/s.csv" --json | counts)" '2 2 0 0 0'
printf 'Project,Sector (code),Percentage (%%)\nÉcole de Ségou,21020,60\nÉcole de Ségou,11110,41\n' >"$work/s.csv"
check 'shares that do not are refused, both' same "$(take --kind project.sectors "$work/s.csv" --json | counts)" '2 0 0 0 2'

cat >"$work/bad.csv" <<-'C'
	Project,key,Title (fr),Planned end
	Pont de Nulle Part,a,A,2026-01-01
	Puits,b,B,2026-01-01
	École de Ségou,Roof!,Toit,2026-01-01
	École de Ségou,roof,Toit,03/04/2026
	École de Ségou,floor,Sol,2026-10-01
	,c,C,2026-01-01
	joint/01985000-0007-7000-8000-000000000009,d,D,2026-01-01
C
check 'with an error nothing is written' eval 'take --kind project.milestones "$work/bad.csv" 2>"$work/faults"; [ $? = 1 ] && [ "$(keys)" = "1 design;1 piers;2 walls;" ]'
check 'a record that is not here is told by its cell' has "$(cat "$work/faults")" 'bad.csv:2: \[Project\] There is no project “Pont de Nulle Part”'
check 'a name that several have is told' has "$(cat "$work/faults")" 'bad.csv:3: \[Project\] 2 records of the kind project are called “Puits”'
check 'a rule of the part is told by its row and cell' has "$(cat "$work/faults")" 'bad.csv:4: \[key\]'
check 'a date with two readings is told' has "$(cat "$work/faults")" 'bad.csv:5: \[Planned end\] “03/04/2026” can be read in two ways'
check 'a row of nobody is told' has "$(cat "$work/faults")" 'bad.csv:7: \[Project\] This row does not say which project'
check 'an id that is not here is told' has "$(cat "$work/faults")" 'bad.csv:8: \[Project\] There is no project'
sed -i '4d' "$work/bad.csv"
check 'the good rows are written when that is asked for' same "$(take --kind project.milestones --keep-going "$work/bad.csv" --json | counts)" '6 1 0 0 5'
agree 2
check '… and no others' same "$(keys)" '1 design;1 piers;2 floor;2 walls;'

"$benkan" export --node "$ml" --format jsonl --kind project -o "$work/p.jsonl"
check 'JSON Lines hold records whole' has "$("$benkan" import --node "$ml" --lang en --format jsonl --kind project.milestones "$work/p.jsonl" 2>&1)" 'whole record with its parts'
printf 'key,Title (fr)\na,b\n' >"$work/whose.csv"
check 'a table that does not say whose parts they are is refused' has "$(take --kind project.milestones "$work/whose.csv" 2>&1)" 'says which project each row belongs to'
check 'a part that is none is wrong usage' exits 2 take --kind project.nothing "$work/m.csv"
{ echo 'Project,key,Title (fr),Planned end'; for i in $(seq 2001); do echo "Pont de Kayes,k$i,T,2026-01-01"; done; } >"$work/many.csv"
check 'more rows of one record than any list holds are refused at once' eval 'take --kind project.milestones "$work/many.csv" 2>&1 | grep -q "2001 rows belong to one record"'
check 'every table of parts comes back as it was exported' eval 'for k in project.milestones project.sectors project.locations project.participants project.leads project.sources; do "$benkan" export --node "$ml" --format csv --kind $k -o "$work/k.csv" && take --kind $k --preview "$work/k.csv" || exit 1; done'
check 'the ledger verifies' "$benkan" verify --node "$ml"
