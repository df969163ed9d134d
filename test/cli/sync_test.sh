#!/bin/bash
# Two nodes exchange over HTTP: by one command, in the background, with peers that are cut off, slow or false.
. test/node.sh

# field JSON NAME: a number or a word of one object
field() {
	grep -oE "\"$2\":[^,}]*" <<<"$1" | head -n 1 | cut -d: -f2 | tr -d '"'
}

# sync_with NODE URL: its JSON in $told
sync_with() {
	told=$("$benkan" sync --node "$1" "$2" --json)
}

write() {
	letters "$2" "$3" | "$benkan" do --node "$1" --actor sec-1 - >/dev/null
}

state() {
	"$benkan" state --node "$1"
}

# eventually SECONDS COMMAND...
eventually() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { "$@"; return 1; }
		sleep 0.1
	done
}

check 'two nodes adopt one charter' register "$work/a"
ml=$work/a/ml ru=$work/a/ru
write "$ml" 0 700
write "$ru" 0 20

# --- one side reaches out ---
serve "$ru"
check 'a first exchange' sync_with "$ml" "$url"
check 'it brings the whole ledger' same "$(field "$told" before) $(field "$told" after) $(field "$told" theirs)" '0 21 21'
check 'ours is cosigned' same "$(field "$told" own) $(field "$told" cosigned) $(field "$told" refused)" '701 701 0'
check 'the cosignature is kept' has "$(field "$told" cosignatures)" '^[1-9]'
check 'an exchange with nothing new' sync_with "$ml" "$url"
check 'takes at most 3 requests' test "$(field "$told" requests)" -le 3
check 'and at most 4 KiB on the wire' test "$(field "$told" bytes)" -le 4096
check 'and cosigns nothing anew' same "$(field "$told" cosignatures) $(field "$told" cosigned)" '0 701'
check 'people are told what came' has "$("$benkan" sync --node "$ml" "$url" --lang en)" 'new entries: 0; held: 21'
check 'and what was cosigned' has "$("$benkan" sync --node "$ml" "$url" --lang en)" 'cosigned 701 of 701'
stop_server

serve "$ml"
check 'the other side fetches' sync_with "$ru" "$url"
check 'all 701 entries' same "$(field "$told" after)" 701
stop_server
check 'both hold the same' same "$(state "$ml")" "$(state "$ru")"

# --- a day's work: 100 acts ---
entries=$work/a/entries
write "$ru" 100 200
serve "$ru"
check 'an exchange of 100 acts' sync_with "$ml" "$url"
curl -sf "$url/log/tile/entries/000.p/121" >"$entries"
size=$(($(stat -c %s "$entries") * 100 / 121))
check "takes at most 1.3 times their size ($size) and 64 KiB: $(field "$told" bytes)" test "$(field "$told" bytes)" -le $((size * 13 / 10 + 65536))
check 'they came, and an acknowledgement of what was known then' same "$(($(field "$told" after) - $(field "$told" before)))" 101
stop_server
write "$ml" 1000 1100
serve "$ml"
check 'the same out of the middle of a larger ledger' sync_with "$ru" "$url"
check "there too: $(field "$told" bytes)" test "$(field "$told" bytes)" -le $((size * 13 / 10 + 65536))
stop_server

# --- who is asked is not who should be ---
check 'a node of another register is refused' eval 'register "$work/b" && serve "$work/b/ru" && exits 1 "$benkan" sync --node "$ml" "$url"'
stop_server
serve "$ml"
mine=$url
check 'our own node is no peer' eval 'cp -r "$ml" "$work/twin" && exits 1 "$benkan" sync --node "$work/twin" "$mine"'
stop_server
check 'nobody there' exits 4 "$benkan" sync --node "$ml" "http://127.0.0.1:$(free_port)"
check 'no address' exits 1 "$benkan" sync --node "$ml" ftp://127.0.0.1

# --- peers that do not serve what a peer serves ---
cat >"$work/false.py" <<'END'
import http.server, socket, sys, time, urllib.request
kind, real, portfile = sys.argv[1:4]
class Peer(http.server.BaseHTTPRequestHandler):
	protocol_version = 'HTTP/1.1'
	def log_message(self, *a): pass
	def real(self, method, body=None):
		q = urllib.request.Request(real + self.path, data=body, method=method)
		try:
			with urllib.request.urlopen(q) as r: return r.status, r.read()
		except urllib.error.HTTPError as e: return e.code, e.read()
	def answer(self, status, body):
		self.send_response(status)
		self.send_header('Content-Length', str(len(body)))
		self.end_headers()
		self.wfile.write(body)
	def do_POST(self):
		self.answer(*self.real('POST', self.rfile.read(int(self.headers['Content-Length']))))
	def do_GET(self):
		if kind == 'garbage': return self.answer(200, b'\xff\x00garbage' * 9)
		if kind == 'error': return self.answer(500, b'')
		if kind == 'nothing': return self.answer(404, b'')
		if kind == 'elsewhere':
			self.send_response(302); self.send_header('Location', real + self.path)
			self.send_header('Content-Length', '0'); self.end_headers(); return
		if kind == 'endless':
			self.send_response(200); self.end_headers()
			try:
				while True: self.wfile.write(b'x' * 65536)
			except OSError: return
		status, body = self.real('GET')
		if kind == 'tile' and '/tile/0/' in self.path or kind == 'bundle' and '/entries/' in self.path:
			body = body[:40] + bytes([body[40] ^ 1]) + body[41:]
		if kind == 'short' and '/entries/' in self.path: body = body[:-1]
		if kind == 'long' and '/tile/' in self.path: body = body + b'\0'
		if kind == 'witness' and '/witness/' in self.path: body = b'not a checkpoint'
		if kind.startswith('cut') and '/entries/' in self.path:
			Peer.bundles = getattr(Peer, 'bundles', 0) + 1
			if Peer.bundles > int(kind[3:]):
				self.connection.shutdown(socket.SHUT_RDWR); self.close_connection = True; return
		self.answer(status, body)
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Peer)
with open(portfile + '.new', 'w') as f: f.write(str(server.server_address[1]))
import os; os.rename(portfile + '.new', portfile)
server.serve_forever()
END

# false_peer KIND REAL: sets `false` and `liar`
false_peer() {
	rm -f "$work/false.port"
	python3 "$work/false.py" "$1" "$2" "$work/false.port" &
	liar=$!
	started+=($liar)
	until [ -s "$work/false.port" ]; do sleep 0.02; done
	false=http://127.0.0.1:$(cat "$work/false.port")
}
end_false_peer() {
	kill $liar
	wait $liar 2>/dev/null
}

write "$ml" 2000 3500
serve "$ml"
before=$(state "$ru")
for kind in garbage:1 error:4 nothing:1 elsewhere:4 endless:4 tile:1 bundle:1 short:1 long:4 witness:1; do
	false_peer "${kind%:*}" "$url"
	check "a peer that serves ${kind%:*} is refused" exits "${kind#*:}" timeout 60 "$benkan" sync --node "$ru" "$false"
	end_false_peer
done
check 'nothing of that was taken over' same "$(state "$ru")" "$before"

# --- a line that is cut ---
false_peer cut3 "$url"
check 'an exchange that is cut off' exits 4 "$benkan" sync --node "$ru" "$false"
check 'takes nothing over yet' same "$(state "$ru")" "$before"
end_false_peer
check 'goes on' sync_with "$ru" "$url"
whole=$(field "$told" requests)
check "from where it was, and does not fetch again what came ($whole requests)" test "$whole" -le 14
stop_server
check 'both hold the same' eval 'serve "$ru" && sync_with "$ml" "$url" && stop_server && same "$(state "$ml")" "$(state "$ru")"'

# --- a node put back from an old copy of its whole folder ---
cp -r "$ml" "$work/old"
write "$ml" 3500 3550
serve "$ml"
check 'the peer takes what came after the copy' sync_with "$ru" "$url"
stop_server
cp -r "$work/old" "$work/stale"
serve "$work/stale"
check 'a peer that shows less than it did is told of' has "$("$benkan" sync --node "$ru" "$url" --lang en)" 'fewer than are held here'
stop_server
serve "$ru"
check 'the old copy hears of it and takes its own entries back' sync_with "$work/old" "$url"
check 'all of them' same "$(field "$told" own_back)" 50
check 'it writes again' write "$work/old" 3550 3551
stop_server

# --- two histories ---
write "$ml" 3550 3553 # beside the copy that took over
serve "$work/old"
check 'the first history is taken over' sync_with "$ru" "$url"
stop_server
serve "$ml"
check 'the second is a fork' exits 3 "$benkan" sync --node "$ru" "$url"
check 'and stays one' exits 3 "$benkan" sync --node "$ru" "$url"
stop_server
serve "$ru"
check 'whoever signed both hears it, and writes no more' eval 'exits 3 "$benkan" sync --node "$ml" "$url" && ! write "$ml" 3600 3601'
stop_server

# --- in the background ---
check 'two fresh nodes' register "$work/c"
ml=$work/c/ml ru=$work/c/ru
"$benkan" account add --node "$ml" clerk clerk <<<"long enough a password" >/dev/null
token=$("$benkan" account token --node "$ml" clerk test)
port_ml=$(free_port) port_ru=$(free_port)
up() { # up PARTY [OPTION...]: serve, with the other as its peer unless told otherwise
	local party=$1 mine=port_$1 other=port_ru
	[ "$1" = ml ] || other=port_ml
	shift
	[ $# != 0 ] || set -- --peer "http://127.0.0.1:${!other}"
	"$benkan" serve --node "$work/c/$party" --listen "127.0.0.1:${!mine}" --lang en "$@" >/dev/null 2>>"$work/$party.said" &
	eval "pid_$party=$!"
	started+=($!)
	answers "${!mine}" $!
}
down() {
	local pid=pid_$1
	kill "${!pid}"
	wait "${!pid}"
}
act() { # one more letter, through the API of the node that is served
	letters "$1" $(($1 + 1)) | curl -sf -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d @- "http://127.0.0.1:$port_ml/api/v1/acts"
}
sizes() { curl -sf "http://127.0.0.1:$1/healthz" | grep -oE '"ledgers":[^}]*'; }
alike() { same "$(sizes $port_ml)" "$(sizes $port_ru)"; }
write "$ml" 0 300
write "$ru" 0 50
check 'both are served, each the other'"'"'s peer' eval 'up ml && up ru'
check 'they come to hold the same by themselves' eventually 30 alike
check 'that is all there is' has "$(sizes $port_ru)" '"ml":30[1-9].*"ru":5[1-9]'
check 'an act is written' act 300
check 'and told at once' eventually 10 alike
check 'the peer stops' down ru
check 'acts are written meanwhile' eval 'act 301 && act 302'
check 'the peer comes again' up ru
check 'and catches up' eventually 20 alike
check 'both stop cleanly' eval 'down ml && down ru'
check 'same state without any command' same "$(state "$ml")" "$(state "$ru")"

check 'a peer that is not there is told of' eval 'up ml && eventually 10 grep -q "cannot be read" "$work/ml.said"'
check 'pages are served all the same' curl -sf -o /dev/null "http://127.0.0.1:$port_ml/en/"
check 'it stops cleanly' down ml
python3 -c '
import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(9); time.sleep(60)' "$port_ru" &
silent=$!
started+=($silent)
check 'a peer that says nothing' eval 'answers $port_ru $silent && up ml && sleep 1'
check 'does not keep it from stopping' eval 'timeout 10 tail --pid=$pid_ml -f /dev/null & kill $pid_ml; wait $!'
