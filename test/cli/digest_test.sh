#!/bin/bash
# The digest by mail: what it says and to whom, sent once and not twice, over TLS with a password, and what a bad server gets.
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml
put() {
	printf '{"type":"record.put","kind":"%s","id":"%s",%s"data":%s}\n' "$1" "$2" "${4:-}" "$(tr -d '\n' <<<"$3")" |
		"$benkan" do --node "$ml" --actor sec-1 - >/dev/null
}
id() { printf '01970000-0000-7000-8000-%012d' "$1"; }
account() { echo 'un mot de passe long' | "$benkan" account add --node "$ml" "$1" "$2" >/dev/null 2>&1; }
mail() { "$benkan" account mail --node "$ml" "$@"; }
digest() { "$benkan" digest --node "$ml" "$@"; }
out() { digest --print 2>/dev/null; }

account awa secretary
account ivan reader
account lea reader
put session "$(id 1)" '{"title":{"fr":"Première session","ru":"Первая сессия"},"kind":"plenary","status":"held","date":"2025-06-01"}'
put decision "$(id 2)" '{"number":"I-01","title":{"fr":"Pont de Kayes","ru":"Мост в Каесе"},"text":{"fr":"Construire.","ru":"Построить."},
	"kind":"instruct","status":"open","session":"joint/'"$(id 1)"'","deadline":"2025-12-31"}'
put letter "$(id 3)" '{"number":"N-1","direction":"in","subject":{"fr":"Affaire réservée"},"date":"2026-01-15","due":"2026-02-01"}' '"visibility":"national",'

# --- who gets one ---
check 'nobody gets a digest who has not asked' same "$(out)" ''
check 'an account asks, in its language' mail awa awa@example.org --lang fr
check '… another in Russian, once a week' mail ivan ivan@example.org --lang ru --every 7
check 'what is no address is refused' exits 1 mail lea 'lea@example.org
Bcc: all@example.org'
check '… nor this' exits 1 mail lea 'lea<x>@example.org'
check '… nor this' exits 1 mail lea lea
check 'an account that is not there is refused' exits 1 mail bob bob@example.org
check 'a week has days' exits 2 mail lea lea@example.org --every 0

# --- what it says ---
said=$(digest --print --account awa)
check 'it tells what awaits us' has "$said" '^Attend notre parole.{1,3}: 2$'
check '… by name' has "$said" 'I-01 · Pont de Kayes – Décision, proposé par'
check '… and what is late, counting what is restricted' has "$said" '^En retard.{1,3}: 2$'
check '… which it does not name' eval '! grep -q réservée <<<"$said"'
check '… in the language of the account' has "$(digest --print --account ivan)" 'Мост в Каесе – Решение'
check 'one that has not asked cannot be shown' exits 1 digest --print --account lea

# --- without a server ---
check 'without settings it says what to write' exits 1 digest
mkdir "$work/box"
serve_mail() {
	rm -f "$work/box/port"
	python3 test/cli/mail_server.py "$work/box" "$@" >"$work/mail.log" 2>&1 &
	mailer=$!
	started+=($mailer)
	until [ -s "$work/box/port" ]; do kill -0 $mailer 2>/dev/null || return 1; sleep 0.02; done
	port=$(cat "$work/box/port")
}
settings() { (umask 077; printf '%s\n' "$1" >"$ml/mail.json"); chmod 600 "$ml/mail.json"; }
taken() { find "$work/box" -name '*.eml' | wc -l; }

settings '{"server":"smtp://127.0.0.1:1","from":"registre@example.org"}'
chmod 644 "$ml/mail.json"
check 'settings that others can read are refused' exits 1 digest
settings '{"server":"http://127.0.0.1:1","from":"registre@example.org"}'
check 'a server that is none is refused' exits 1 digest
settings '{"server":"smtp://127.0.0.1:1","from":"registre@example.org","pass":"x"}'
check 'a setting that is none is refused' exits 1 digest
settings '{"server":"smtp://127.0.0.1:1","from":"registre"}'
check 'an address that is none is refused' exits 1 digest
settings '['
check 'settings that are no JSON are refused' exits 1 digest

# --- sent, once ---
serve_mail
settings '{"server":"smtp://127.0.0.1:'"$port"'","from":"registre@example.org"}'
touch "$work/box/busy"
check 'two digests are sent, though the server is busy at first' digest
check '… two' same "$(taken)" 2
check 'the same day nothing more is sent' digest
check '… two still' same "$(taken)" 2
check 'a letter is what it claims to be' python3 - "$work/box" <<-'P'
	import email, email.policy, sys
	m = [email.message_from_binary_file(open(f"{sys.argv[1]}/{n}.eml", "rb"), policy=email.policy.default) for n in (0, 1)]
	fr = next(x for x in m if x["To"] == "awa@example.org")
	ru = next(x for x in m if x["To"] == "ivan@example.org")
	assert fr["Message-ID"] != ru["Message-ID"] and fr["Auto-Submitted"] == "auto-generated", fr.items()
	assert fr["Date"].datetime.tzinfo and fr["From"].addresses[0].addr_spec == "registre@example.org"
	assert "attend notre parole : 2" in fr["Subject"], fr["Subject"]
	plain, html = fr.get_body(("plain",)), fr.get_body(("html",))
	assert plain["Content-Type"].params["format"] == "flowed"
	text = plain.get_content()
	assert all(len(l) <= 78 for l in text.splitlines() if " " in l), text
	assert "I-01 · Pont de Kayes" in text.replace(" \n", " "), text
	assert "Pont de Kayes" in html.get_content() and "réservée" not in html.get_content() + text
	assert "Мост в Каесе" in ru.get_body(("plain",)).get_content()
	raw = open(f"{sys.argv[1]}/0.eml", "rb").read()
	assert all(len(l) <= 78 and l.isascii() for l in raw.split(b"\r\n")), "long lines"
P

# --- the next days ---
${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$work/clock.so" test/cli/clock.c
# in_days N OPTION...: the digest as it is sent N days from today
in_days() {
	local days=$1
	shift
	CLOCK_BACK=$((-86400 * days)) LD_PRELOAD=$work/clock.so digest "$@"
}
check 'the next day only who hears every day gets one' in_days 1
check '… that is one' same "$(taken)" 3
put project "$(id 4)" '{"title":{"fr":"Puits de Gao","ru":"Колодец в Гао"},"status":"2","field":"transport"}'
letter() {
	python3 - "$work/box/$1.eml" <<-'P'
		import email, email.policy, sys
		m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
		print(m.get_body(("plain",)).get_content().replace(" \n", " "))
	P
}
check 'the day after' in_days 2
said=$(letter 3)
check '… it tells what has changed since' has "$said" '^Modifié depuis la dernière lettre.{1,3}: 1'
check '… and what' has "$said" 'Puits de Gao – Projet, proposition'
check 'a clock set back sends nothing' digest
check '… four still' same "$(taken)" 4

# --- bad servers ---
mail lea nobody@example.org --lang fr
check 'an address refused for good exits 1' exits 1 in_days 3
check '… and the others get theirs' same "$(taken)" 5
mail lea --end
touch "$work/box/deaf"
check 'a server that hangs up without an answer is asked again' in_days 4
check '… with the same letter' same "$(taken)" 6
kill $mailer
wait $mailer 2>/dev/null
check 'when nobody answers it exits 4' exits 4 in_days 5
(flock 9; exec sleep 20) 9<"$ml/mail.json" &
held=$!
started+=($held)
sleep 0.2
check 'two at a time are one too many' exits 1 in_days 5
kill $held
wait $held 2>/dev/null

# --- TLS and a password ---
rm -rf "$work/box" && mkdir "$work/box"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" >/dev/null 2>&1
serve_mail "$work/cert.pem" "$work/key.pem"
tls() { settings '{"server":"smtp://localhost:'"$port"'","from":"registre@example.org","user":"demo","password":"'"$1"'","ca":"'"$work/cert.pem"'"}'; }
tls 'wrong'
check 'a wrong password exits 1' exits 1 in_days 5
check '… and nothing is sent' same "$(taken)" 0
tls 'un secret'
check 'by TLS and with the password, what could not be sent is sent' in_days 5
check '… to one' same "$(taken)" 1
check '… nothing but the greeting went without TLS' same "$(grep -v QUIT "$work/box/log" | tail -n 7 | cut -d' ' -f1 | tr '\n' ' ')" 'EHLO STARTTLS EHLO AUTH MAIL RCPT DATA '
settings '{"server":"smtp://localhost:'"$port"'","from":"registre@example.org","ca":"'"$ml"'/node.json"}'
check 'a server that nobody vouches for gets nothing' exits 1 in_days 6
check '… one still' same "$(taken)" 1

# --- put back from a backup ---
check 'a backup' "$benkan" backup --node "$ml" -o "$work/backup"
check '… put back' "$benkan" restore --node "$work/back" --high-water "$ml/high-water" "$work/backup"
check '… remembers who gets one' has "$("$benkan" digest --print --node "$work/back" --account awa)" '^Attend notre parole.{1,3}: 3$'
