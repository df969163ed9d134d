#!/bin/bash
# The import page without JavaScript: a file is sent once, looked at, its columns put right, and written when that is said.
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml
echo import-import-import | "$benkan" account add --node "$ml" clerk clerk >/dev/null 2>&1
project=01985000-0007-7000-8000-000000000001
echo '{"type":"record.put","kind":"project","id":"'$project'","data":{"title":{"fr":"Pont de Kayes"},"field":"transport","status":"1"}}' | "$benkan" do --node "$ml" - >/dev/null
serve "$ml"
jar=$work/jar
page() { curl -s -b "$jar" -c "$jar" -H "Origin: $url" "$@"; }
hidden() { grep -oE "name=\"?$1\"? value=\"[^\"]*\"" <<<"$2" | head -n 1 | sed 's/.*value="//; s/"$//'; }
letters_held() { records "$ml" letter; }

check 'who is not signed in is sent to sign in' has "$(curl -si "$url/en/import" | tr -d '\r')" '^(HTTP/1.1 (303|302|401|403)|Location: .*sign-in)'
form=$(page "$url/en/sign-in")
page -o /dev/null --data-urlencode "csrf=$(hidden csrf "$form")" --data-urlencode name=clerk --data-urlencode password=import-import-import "$url/en/sign-in"
form=$(page "$url/en/import?kind=letter")
check 'the form offers every kind and its templates' has "$form" 'letter-template.xlsx'
csrf=$(hidden csrf "$form")
printf 'key;Номер;Sens;Objet;Date\nW1;W-1;in;Bonjour;31.03.2025\nW2;W-2;sideways;Bon;01.04.2025\n' >"$work/l.csv"
look=$(page -F "csrf=$csrf" -F kind=letter -F "file=@$work/l.csv" "$url/en/import")
check 'a file is looked at: headings in several languages are understood' has "$look" 'value="number" selected'
check '… one that is not known can be chosen' has "$look" 'Objet<select name="m3"><option value="" selected'
check '… errors are told by their cells' has "$look" 'W-2|sideways'
check 'nothing is written by looking' same "$(letters_held)" 0
told=$(page -F "csrf=$csrf" -F kind= -F "file=@$work/l.csv" "$url/en/import")
check '… what the rows are is told by the headings' has "$told" '<option value="letter" selected'
check '… so that the columns stand' has "$told" 'value="number" selected'
printf 'a;b\n1;2\n' >"$work/u.csv"
told=$(page -F "csrf=$csrf" -F kind= -F "file=@$work/u.csv" "$url/en/import")
check '… when they do not tell, one chooses' has "$told" 'does not follow from the headings'
check '… without sending the file again' eval '[ -n "$(hidden open "$told")" ]'
again=(-d "csrf=$csrf" -d "open=$(hidden open "$told")" -d name=u.csv -d kind= -d do=write)
check '… and nothing is written before' has "$(page "${again[@]}" "$url/en/import")" 'does not follow from the headings'
"$benkan" export --node "$ml" --kind project --format jsonl -o "$work/p.jsonl" >/dev/null 2>&1
check '… lines of JSON tell it themselves' has "$(page -F "csrf=$csrf" -F kind= -F "file=@$work/p.jsonl" "$url/en/import")" '<option value="project" selected'
check 'who chose nothing has the templates of the tables most people keep' has "$(page "$url/en/import")" 'project.milestones-template.csv'
open=$(hidden open "$look")
again=(-d "csrf=$csrf" -d "open=$open" -d name=l.csv -d kind=letter -d kind.was=letter -d mapped=1 -d m0=key -d m1=number -d m2=direction -d m3=subject.fr -d m4=date)
look=$(page "${again[@]}" -d do=look "$url/en/import")
check 'the columns are put right without sending the file again' has "$look" 'Write the good one: 1 record'
check '… and nothing is written yet' same "$(letters_held)" 0
done=$(page "${again[@]}" -d do=write "$url/en/import")
check 'what is good is written when that is said' same "$(letters_held)" 1
check '… and the rest is told' has "$done" 'sideways'
page "${again[@]}" -d do=write "$url/en/import" >/dev/null
check 'a second click adds nothing' same "$(letters_held)" 1
check 'a file that is gone is asked for again' has "$(page -d "csrf=$csrf" -d "open=$(printf '%064d' 7)" -d kind=letter -d do=write "$url/en/import")" 'not kept any more'
check 'no file is told' has "$(page -F "csrf=$csrf" -F kind=letter "$url/en/import")" 'Choose the file first'
head -c 300 /dev/urandom >"$work/noise.xlsx"
check 'noise is refused in words' has "$(page -F "csrf=$csrf" -F kind=letter -F "file=@$work/noise.xlsx" "$url/en/import")" 'class="box late"'
mkdir "$work/x"
python3 test/cli/workbooks.py "$work/x"
look=$(page -F "csrf=$csrf" -F kind=letter -F "file=@$work/x/second.xlsx" "$url/en/import")
check 'a workbook of several sheets lets one choose' has "$look" '<option value="Lettres">'
check 'a bomb is refused in words' has "$(page -F "csrf=$csrf" -F kind=letter -F "file=@$work/x/bomb.xlsx" "$url/en/import")" 'unpacks to more than'
check 'the parts of records are on the menu' has "$form" '<option value="project.milestones">'
form=$(page "$url/en/import?kind=project.milestones")
check '… with templates of their own' has "$form" 'project.milestones-template.xlsx'
printf 'Projet;Clé;Nom du jalon;Fin prévue\nPont de Kayes;piers;Piles;31.12.2026\nPont de Nulle Part;a;b;31.12.2026\n' >"$work/m.csv"
look=$(page -F "csrf=$csrf" -F kind=project.milestones -F "file=@$work/m.csv" "$url/en/import")
check '… the record of a row is found by its title' has "$look" 'Projet<select name="m0">.*<option value="id" selected'
check '… what is missing is told' has "$look" 'There is no project “Pont de Nulle Part” here'
again=(-d "csrf=$csrf" -d "open=$(hidden open "$look")" -d name=m.csv -d kind=project.milestones -d kind.was=project.milestones -d mapped=1 -d m0=id -d m1=key -d m2=title.fr -d m3=planned_end)
check '… the key of a part is not that of its record' has "$(page "${again[@]}" -d do=look "$url/en/import")" 'Write the good one: 1 record'
check '… and a part is written' has "$(page "${again[@]}" -d do=write "$url/en/import")" '<b>1</b> added'
cat >"$work/a.xml" <<-'X'
	<iati-activities version="2.03"><iati-activity default-currency="EUR"><iati-identifier>XM-AAA-1</iati-identifier>
	<reporting-org ref="XM-AAA" type="10"><narrative xml:lang="en">A</narrative></reporting-org>
	<title><narrative xml:lang="en">School</narrative></title><description><narrative xml:lang="en">A school.</narrative></description>
	<participating-org ref="XM-AAA" role="1" type="10"/><activity-status code="2"/><activity-date iso-date="2024-01-01" type="2"/>
	<recipient-country code="ML"/><sector code="11220"/>
	<transaction><transaction-type code="3"/><transaction-date iso-date="2024-03-01"/><value value-date="2024-03-01">100.1234567</value></transaction>
	</iati-activity></iati-activities>
X
look=$(page -F "csrf=$csrf" -F kind=letter -F "file=@$work/a.xml" "$url/en/import")
check 'activities of IATI are looked at' eval '[ "$(records "$ml" transaction)" = 0 ] && [ -n "$(hidden open "$look")" ]'
again=(-d "csrf=$csrf" -d "open=$(hidden open "$look")" -d name=a.xml -d do=write)
check '… and taken in' has "$(page "${again[@]}" "$url/en/import")" '<b>3</b> added'
check '… once' eval 'page "${again[@]}" "$url/en/import" | grep -q "<b>3</b> added" && exit 1; [ "$(records "$ml" transaction)" = 1 ]'
stop_server
