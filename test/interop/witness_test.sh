#!/bin/bash
# A C2SP tlog-witness client that is not ours asks a node to cosign (golang.org/x/mod, from Debian); it then shows two
# histories, and checks the evidence that the node keeps of that.
. test/node.sh

packages=/usr/share/gocode
if ! command -v go >/dev/null || [ ! -d $packages/src/golang.org/x/mod/sumdb/tlog ]; then
	echo 'ok a witness client by golang.org/x/mod # SKIP golang-go and golang-golang-x-mod-dev are not installed'
	exit 0
fi
GO111MODULE=off GOPATH=$packages GOCACHE=$work/cache go build -o "$work/witness_client" test/interop/witness_client.go ||
	{ echo 'not ok the client builds'; exit 1; }

register "$work/a" >"$work/said" 2>&1 || { sed 's/^/# /' "$work/said"; echo 'not ok a register to serve'; exit 1; }
ml=$work/a/ml
witness=$(grep -oE '"witness":"[^"]*"' "$work/a/ml.json" | cut -d'"' -f4)
serve "$ml" || { echo 'not ok the node serves'; exit 1; }
"$work/witness_client" "$url" "$work/a/ru/keys/log" "$witness" || bad=1

check 'the node says that the ledger is forked' has "$(curl -s "$url/healthz")" '"forked":\["ru"\]'
id=$("$benkan" evidence --node "$ml" | head -n 1 | cut -f1)
check 'the evidence has a name' has "$id" '^[0-9a-f]{64}$'
curl -s "$url/evidence/$id" >"$work/evidence"
check 'it is what its name says' same "$(sha256sum <"$work/evidence")" "$id  -"
check 'x/mod agrees that it shows a fork' "$work/witness_client" evidence "$work/evidence" "$(log_key "$work/a/ru.json")"
check 'and that it shows none of another log' eval '! "$work/witness_client" evidence "$work/evidence" "$(log_key "$work/a/ml.json")"'
check 'our own command agrees' "$benkan" evidence --node "$ml" "$id"
check 'it prints the document' same "$("$benkan" evidence --node "$ml" "$id" 2>/dev/null | head -c -1 | sha256sum)" "$id  -"
check 'the alert stands in the own ledger' has "$(curl -s "$url/log/tile/entries/000.p/2" | tr -d '\0')" '"type":"alert.fork"'
check 'the policy names the other party as witness' has "$(curl -s "$url/policy")" '^quorum parties$'

check 'a release needs the server stopped' exits 1 "$benkan" release --node "$ml" ru --who sec-1 --why 'a test'
stop_server
check 'a release says who and why' exits 2 "$benkan" release --node "$ml" ru --who sec-1
check 'of a ledger that is not forked it is refused' exits 1 "$benkan" release --node "$ml" ml --who sec-1 --why 'a test'
check 'released' "$benkan" release --node "$ml" ru --who sec-1 --why 'a test, shown by ru'
check 'the evidence stays' has "$("$benkan" evidence --node "$ml")" "^$id	ru	released"
check 'evidence in JSON' has "$("$benkan" evidence --node "$ml" --json)" '^\[\{"id":"[0-9a-f]{64}","ledger":"ru","state":"released"\}'
check 'a name that is none is wrong usage' exits 2 "$benkan" evidence --node "$ml" xyz
check 'evidence that is not there exits 1' exits 1 "$benkan" evidence --node "$ml" "$(printf '%064d' 0)"
