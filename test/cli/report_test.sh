#!/bin/bash
# Papers for a session: what they say, in both languages, and that each form is what it claims to be.
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml ru=$work/a/ru
held=01970000-0000-7000-8000-000000000001

# put NODE KIND ID DATA
put() {
	printf '{"type":"record.put","kind":"%s","id":"%s","data":%s}\n' "$2" "$3" "$(tr -d '\n' <<<"$4")" |
		"$benkan" do --node "$1" --actor sec-1 - >/dev/null
}
put "$ml" session $held '{"title":{"fr":"Première session","ru":"Первая сессия"},"kind":"plenary","status":"held","date":"2025-06-01"}'
put "$ml" decision 01970000-0000-7000-8000-000000000002 "$(cat <<-J
	{"number":"I-01","title":{"fr":"Climat d’investissement","ru":"Инвестиционный климат"},
	"text":{"fr":"$(printf '\342\200\256')Améliorer <le> climat & ses règles.","ru":"Улучшить климат."},"kind":"instruct","status":"open",
	"session":"joint/$held","deadline":"2025-12-31"}
	J
)"
put "$ml" decision 01970000-0000-7000-8000-000000000003 "$(cat <<-J
	{"number":"I-02","title":{"fr":"Texte long"},"text":{"fr":"$(printf 'Une phrase parmi d’autres. %.0s' {1..260})"},
	"kind":"note","status":"open","session":"joint/$held"}
	J
)"
put "$ml" decision_report 01970000-0000-7000-8000-000000000004 \
	'{"decision":"joint/01970000-0000-7000-8000-000000000002","date":"2026-02-03","status":"under-way","narrative":{"fr":"Le texte est à la signature."}}'

out() { "$benkan" report --node "$ml" "$@"; }
saved() { out execution --for national --lang "$1" --format "$2" -o "$work/x.$2"; }

check 'a PDF of the execution of the last session held' saved fr,ru pdf
said=$(pdftotext -layout "$work/x.pdf" -)
check 'it says in French what was decided' has "$said" 'Climat d’investissement'
check '… and in Russian' has "$said" 'Инвестиционный климат'
check '… and what each side says' has "$said" 'Le texte est à la signature'
check '… and what is late' has "$said" '31 décembre 2025 · en retard'
check '… and marks a text that is there in one language only' has "$said" '\[fr\] Texte long'
check 'a text longer than a page is whole' same "$(pdftotext "$work/x.pdf" - | tr '\n' ' ' | grep -o 'phrase' | wc -l)" 520
pages=$(pdfinfo "$work/x.pdf" | sed -n 's/^Pages: *//p')
check 'every page has its number' same "$(grep -cE " [0-9]+ ?/ ?$pages\$" <<<"$said")" "$pages"
check 'it is tagged' has "$(pdfinfo "$work/x.pdf")" '^Tagged: *yes'
check '… with its title' has "$(pdfinfo "$work/x.pdf")" '^Title: *Exécution du protocole · Première session'
check '… and its language' grep -qa '/Lang (fr)' "$work/x.pdf"
check 'the same is the same bytes' same "$(out execution --for national --lang fr,ru --format pdf | sha256sum)" "$(sha256sum <"$work/x.pdf")"
check 'what reorders text is left out' eval '! grep -q "$(printf "\\342\\200\\256")" <<<"$said"'
check 'a page of HTML' saved ru,fr html
check '… escapes what it is given' grep -qF 'Améliorer &lt;le&gt; climat &amp; ses règles.' "$work/x.html"
check '… in both languages' grep -qF '<h1 lang="ru">Исполнение протокола</h1><h1 lang="fr">' "$work/x.html"
check 'one language alone' eval '! out execution --lang fr --format html | grep -q "lang=\"ru\""'
check 'by its reference' out execution joint/$held --lang fr --format html
check '… or the ID alone' out execution $held --lang fr --format html

check 'a session that is not there exits 1' exits 1 out execution joint/01970000-0000-7000-8000-0000000000ff --format html
check 'what is no reference exits 1' exits 1 out execution joint/ --format html
check 'a register without a session exits 1' exits 1 "$benkan" report --node "$ru" execution --format html
check 'a paper that is not there is wrong usage' exits 2 out novel --format pdf
check 'a form that is not there is wrong usage' exits 2 out execution --format odt
check 'three languages are wrong usage' exits 2 out execution --lang fr,ru,en --format html
check 'the same language twice is wrong usage' exits 2 out execution --lang fr,fr --format html
check 'a language that is not there is wrong usage' exits 2 out execution --lang fr,de --format html
check 'two languages for another command are wrong usage' exits 2 "$benkan" totals --node "$ml" --lang fr,ru
check 'a file that cannot be written exits 4' exits 4 out execution --format html -o "$work/none/x.html"
check 'a full disk exits 4' eval 'out execution --format pdf >/dev/full 2>"$work/full"; [ $? = 4 ]'

check 'a DOCX' saved fr,ru docx
check '… whose parts are all there and XML, with both languages marked' python3 - "$work/x.docx" <<-'P'
	import sys, zipfile
	import xml.etree.ElementTree as etree
	z = zipfile.ZipFile(sys.argv[1])
	assert z.testzip() is None
	parts = {n: etree.fromstring(z.read(n)) for n in z.namelist()}
	w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
	for o in parts["[Content_Types].xml"].findall("{*}Override"):
	    assert o.get("PartName")[1:] in parts, o.get("PartName")
	runs = {}
	for r in parts["word/document.xml"].iter(w + "r"):
	    runs.setdefault(r.find(f"{w}rPr/{w}lang").get(w + "val"), []).append("".join(t.text or "" for t in r.iter(w + "t")))
	assert "Améliorer <le> climat & ses règles." in runs["fr"] and "Улучшить климат." in runs["ru"], runs
	for cell in parts["word/document.xml"].iter(w + "tc"):
	    assert cell[-1].tag == w + "p"
	assert len(list(parts["word/document.xml"].iter(w + "tblHeader"))) == 3
	styles = {s.get(w + "styleId") for s in parts["word/styles.xml"].iter(w + "style")}
	assert {s.get(w + "val") for s in parts["word/document.xml"].iter(w + "pStyle")} <= styles
P
check '… the same is the same bytes' same "$(out execution --for national --lang fr,ru --format docx | sha256sum)" "$(sha256sum <"$work/x.docx")"

# The dossier of the next session, and the sheet of a project.
put "$ml" session 01970000-0000-7000-8000-000000000010 '{"title":{"fr":"Deuxième session","ru":"Вторая сессия"},"kind":"plenary","status":"planned",
	"date":"2999-06-01","agenda":[{"number":"1","title":{"fr":"Écarts","ru":"Расхождения"}}],
	"delegations":[{"party":"ml","role":"party","head":"M. Diallo"}]}'
put "$ml" project 01970000-0000-7000-8000-000000000011 '{"title":{"fr":"Pont","ru":"Мост"},"status":"2","field":"transport",
	"milestones":[{"key":"a","title":{"fr":"Études","ru":"Изыскания"},"planned_end":"2027-03-01"}]}'
put "$ml" transaction 01970000-0000-7000-8000-000000000012 '{"project":"joint/01970000-0000-7000-8000-000000000011","type":"3","date":"2026-01-15",
	"value":{"amount":"1250.50","currency":"EUR","value_date":"2026-01-15"}}'
said=$(out session --for national --lang fr,ru --format pdf | pdftotext -layout - -)
check 'the dossier is of the next session' has "$said" 'Deuxième session +Вторая сессия'
check '… with its agenda' has "$said" 'Расхождения'
check '… and the decisions still open' has "$said" 'Инвестиционный климат'
said=$(out project --for national --lang ru --format pdf 01970000-0000-7000-8000-000000000011 | pdftotext -layout - -)
check 'the sheet of a project has its milestones' has "$said" 'Изыскания'
check '… and what was booked' has "$said" '1.250,50'
check 'a project must be named' exits 1 out project --format pdf
check 'a workbook has real figures and dates' python3 - "$benkan" "$ml" <<-'P'
	import io, subprocess, sys, zipfile
	import xml.etree.ElementTree as etree
	def cells(*words):
	    raw = subprocess.run([sys.argv[1], "report", "--node", sys.argv[2], "--for", "national", "--lang", "fr,ru", "--format", "xlsx", *words],
	        check=True, capture_output=True).stdout
	    z = zipfile.ZipFile(io.BytesIO(raw))
	    return [c.findtext("{*}v") for c in etree.fromstring(z.read("xl/worksheets/sheet1.xml")).findall(".//{*}c") if c.get("t") is None]
	found = cells("project", "01970000-0000-7000-8000-000000000011")
	assert "1250.50" in found, found
	assert "46022" in cells("execution"), cells("execution")
P

# The protocol, to be signed: item by item, brackets and all.
put "$ml" session 01970000-0000-7000-8000-000000000020 '{"title":{"fr":"Troisième session","ru":"Третья сессия"},"kind":"plenary","status":"held","date":"2026-01-01",
	"agenda":[{"number":"1","title":{"fr":"Corridor","ru":"Коридор"},"minutes":{"fr":"Les parties ont entendu les rapports.","ru":"Стороны заслушали доклады."}}]}'
put "$ml" decision 01970000-0000-7000-8000-000000000021 '{"number":"III-1","item":"1","title":{"fr":"Tarif","ru":"Тариф"},
	"text":{"fr":"Le tarif est de [10 | 12] %.","ru":"Тариф составляет [10 | 12] %."},"kind":"agree","status":"open","session":"joint/01970000-0000-7000-8000-000000000020"}'
said=$(out protocol --for national --lang fr,ru --format pdf | pdftotext -layout - -)
check 'the protocol is of the last session held' has "$said" 'Troisième session +Третья сессия'
check '… its items with what was said' has "$said" 'entendu les rapports'
check '… its texts facing, brackets and all' has "$said" 'Le tarif est de \[10 \| 12\] %\. +Тариф составляет \[10 \| 12\]'
check '… says that not all have accepted' has "$said" 'pas encore'
check '… with a place to sign' has "$said" 'За сторону'
check '… as DOCX' eval 'out protocol --for national --lang fr,ru --format docx | python3 -c "import io,sys,zipfile; x=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())).read(\"word/document.xml\").decode(); assert \"[10 | 12]\" in x"'

# With articles, they are the protocol: in the order of their numbers, a decision that one records is not said twice.
article() { put "$ml" article "$1" '{"session":"joint/01970000-0000-7000-8000-000000000020","number":"'"$2"'",'"$3"'}'; }
article 01970000-0000-7000-8000-000000000041 10 '"heading":{"fr":"Dispositions finales","ru":"Заключительные положения"},"text":{"fr":"Fait à Bamako.","ru":"Совершено в Бамако."}'
article 01970000-0000-7000-8000-000000000042 2 '"text":{"fr":"Réunion [ML: à Bamako] [RU: à Moscou].","ru":"Встреча [ML: в Бамако] [RU: в Москве]."},
	"decision":"joint/01970000-0000-7000-8000-000000000021"'
said=$(out protocol --for national --lang fr,ru --format pdf | pdftotext -layout - - | tr '\n' ' ')
check 'articles stand in the order of their numbers' has "$said" 'Article 2 .*Article 10\. Dispositions finales'
check '… with both sides’ brackets' has "$said" 'Réunion \[ML: à Bamako\] \[RU: à Moscou\]'
check '… and no decision twice' eval '! grep -q "Le tarif est" <<<"$said"'

# The statement of a period: as the desk has it, to the minor unit.
put "$ml" transaction 01970000-0000-7000-8000-000000000022 '{"project":"joint/01970000-0000-7000-8000-000000000011","type":"11","date":"2026-02-15",
	"value":{"amount":"1234567890.07","currency":"RUB","value_date":"2026-02-15"},"provider":{"party":"ru"}}' 2>/dev/null
check 'a period that nobody has closed' out reconciliation --period 2026-Q1 --lang fr,ru --format html
said=$(out reconciliation --period 2026-Q1 --lang fr,ru --format html)
check '… is a draft, in both languages' has "$said" 'Проект того'
check '… with both sides' has "$said" 'déclare'
check '… and exact figures' has "$said" '(1.{1,3}234.{1,3}567.{1,3}890,07|1.{1,3}250,50)'
check 'a register without one exits 1' exits 1 out reconciliation --format html
check 'a period that is none exits 1' exits 1 out reconciliation --period soon --format html
check 'a period that is not over exits 1' exits 1 out reconciliation --period 2999 --format html

# Hostile text in every form: a word of 8,000 letters, markup, emoji, marks that reorder, controls, one language alone.
long=$(printf 'Donaudampfschifffahrt%.0s' {1..380})
put "$ml" session 01970000-0000-7000-8000-000000000030 "$(cat <<-J
	{"title":{"fr":"<script>alert(1)</script> & ]]> \u202e\u2067😀 \"'"},"kind":"plenary","status":"held","date":"2026-06-01",
	"summary":{"fr":"$long"},"agenda":[{"number":"=1+1","title":{"fr":"${long:0:390}"}}]}
	J
)"
check 'hostile text: PDF' saved fr,ru pdf
check '… in pages whose edges it keeps' eval '! pdftotext -bbox "$work/x.pdf" - | grep -oE "xMax=\"[0-9]+" | cut -c7- | awk "\$1 > 560 {exit 1} END {}" | grep -q .'
session=01970000-0000-7000-8000-000000000030
for form in docx html pdf xlsx; do out session $session --for national --lang fr,ru --format $form -o "$work/h.$form"; done
check '… nothing of a long word is lost' same "$(pdftotext "$work/h.pdf" - | tr -d '\n\f -' | grep -o Donaudampfschifffahrt | wc -l | awk '{print ($1 > 750)}')" 1
check '… HTML is escaped, and both languages marked' python3 - "$work/h.html" <<-'P'
	import html.parser, sys
	text = open(sys.argv[1], encoding="utf-8").read()
	assert "<script" not in text and "&lt;script&gt;" in text and "😀" in text
	assert not set(text) & set("\u202e\u2067")
	assert "[fr] &lt;script" in text
P
check '… DOCX and XLSX are well-formed, no cell a formula' python3 - "$work/h.docx" "$work/h.xlsx" <<-'P'
	import sys, zipfile
	import xml.etree.ElementTree as etree
	for name in sys.argv[1:]:
	    z = zipfile.ZipFile(name)
	    for part in z.namelist():
	        etree.fromstring(z.read(part))
	x = zipfile.ZipFile(sys.argv[2]).read("xl/worksheets/sheet1.xml").decode()
	assert "<f>" not in x and "😀" in x
	assert "😀" in zipfile.ZipFile(sys.argv[1]).read("word/document.xml").decode()
P
