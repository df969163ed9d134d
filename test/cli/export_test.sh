#!/bin/bash
# Records as files that others can read: by the command, and from the server.
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml
letters 0 700 | "$benkan" do --node "$ml" --actor sec-1 - >/dev/null
echo '{"type":"record.put","kind":"letter","visibility":"national","data":{"number":"SECRET","direction":"out","subject":{"fr":"s"},"date":"2026-01-15"}}' |
	"$benkan" do --node "$ml" --actor sec-1 - >/dev/null

out() { "$benkan" export --node "$ml" "$@"; }

out --format csv --kind letter >"$work/l.csv"
check 'csv has every record' same "$(grep -c ',N-' "$work/l.csv")" 700
check 'what is not public is left out' eval '! grep -q SECRET "$work/l.csv"'
check '… unless it is asked for' has "$(out --format csv --kind letter --for national)" SECRET
check 'csv is as RFC 4180 has it' python3 - "$work/l.csv" <<-'P'
	import csv, sys
	rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8-sig", newline=""), strict=True))
	assert len(rows) == 700 and rows[0]["subject.ru"].startswith("Письмо"), rows[0]
P
check 'jsonl is a record a line' same "$(out --format jsonl --kind letter | grep -c '^{"kind":"letter","party":"ml","id":"')" 700
check 'a workbook is written' out --format xlsx --kind letter --lang fr -o "$work/l.xlsx"
check 'every part of it is XML, with the rows in it' python3 - "$work/l.xlsx" <<-'P'
	import sys, zipfile
	import xml.etree.ElementTree as etree
	z = zipfile.ZipFile(sys.argv[1])
	assert z.testzip() is None
	parts = {n: etree.fromstring(z.read(n)) for n in z.namelist()}
	rows = parts["xl/worksheets/sheet1.xml"].findall(".//{*}row")
	assert len(rows) == 701, len(rows)
	assert "Lettres" in [s.get("name") for s in parts["xl/workbook.xml"].findall(".//{*}sheet")]
P
check 'the same is the same bytes' same "$(out --format xlsx --kind letter --lang fr | sha256sum)" "$(sha256sum <"$work/l.xlsx")"
check 'a table that is not there exits 1' exits 1 out --format csv --kind lettre
check 'no table is wrong usage' exits 2 out --format csv
check 'a format that is not there is wrong usage' exits 2 out --format pdf --kind letter
check 'an audience that is not there is wrong usage' exits 2 out --format csv --kind letter --for everybody
check 'a file that cannot be written exits 4' exits 4 out --format csv --kind letter -o "$work/none/l.csv"
check 'a full disk exits 4' eval 'out --format csv --kind letter >/dev/full 2>"$work/full"; [ $? = 4 ]'
# What -o names and is no ordinary file is written to, and stays what it is, whether that goes well or not.
mkfifo "$work/pipe"
ln -s kept "$work/link"
ln -s /dev/full "$work/to-full"
for f in 'csv --kind letter' iati; do
	cat "$work/pipe" >"$work/piped" & reader=$!
	check "$f goes into a pipe" out --format $f -o "$work/pipe"
	[ -p "$work/pipe" ] || kill $reader
	wait $reader
	check '… which stays one, and had all of it' eval '[ -p "$work/pipe" ] && out --format '"$f"' | cmp - "$work/piped"'
	check '… and through a link' eval 'out --format '"$f"' -o "$work/link" && [ -L "$work/link" ] && cmp "$work/kept" "$work/piped"'
	check '… a full device exits 4' exits 4 out --format $f -o "$work/to-full"
	check '… and is not taken away' eval '[ -L "$work/to-full" ] && [ -c /dev/full ]'
	rm "$work/kept"
done

port=$(free_port)
"$benkan" serve --node "$ml" --listen "127.0.0.1:$port" >/dev/null 2>&1 &
started+=($!)
answers "$port" $!
url=http://127.0.0.1:$port
check 'the server gives the same file' same "$(curl -s "$url/data/letter.csv" | sha256sum)" "$(out --format csv --kind letter --lang en | sha256sum)"
tag=$(curl -sI "$url/data/letter.xlsx?lang=ru" | tr -d '\r' | sed -n 's/^ETag: //p')
check 'with a strong tag' has "$tag" '^"[0-9a-f]+"$'
check '… by which it need not be sent again' same "$(curl -s -o /dev/null -w '%{http_code}' -H "If-None-Match: $tag" "$url/data/letter.xlsx?lang=ru")" 304
check '… and another language is another file' same "$(curl -s -o /dev/null -w '%{http_code}' -H "If-None-Match: $tag" "$url/data/letter.xlsx?lang=fr")" 200
check 'part of it can be asked for' same "$(curl -s -r 3-4 "$url/data/letter.csv")" id
check 'a table that is not there is 404' same "$(curl -s -o /dev/null -w '%{http_code}' "$url/data/lettre.csv")" 404
check 'a format that is not there is 404' same "$(curl -s -o /dev/null -w '%{http_code}' "$url/data/letter.exe")" 404
check 'the page lists it with its rows' has "$(curl -s "$url/fr/data" | grep '/data/letter.csv')" '<td class=n>700</td>'
check 'a template can be had' has "$(curl -s "$url/data/letter-template.csv?lang=en")" 'key,Number,Direction \(code\),'
check '… and of parts' same "$(curl -so /dev/null -w '%{http_code}' "$url/data/project.sectors-template.csv")" 200
check '… as a workbook too' same "$(curl -s -o /dev/null -w '%{http_code}' "$url/data/letter-template.xlsx")" 200
check '… by the command' out --format xlsx --kind letter --template -o "$work/template.xlsx"
