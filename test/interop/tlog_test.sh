#!/bin/bash
# A C2SP tlog-tiles client that is not ours accepts what a node serves (golang.org/x/mod, from Debian).
. test/node.sh

packages=/usr/share/gocode
if ! command -v go >/dev/null || [ ! -d $packages/src/golang.org/x/mod/sumdb/tlog ]; then
	echo 'ok a client by golang.org/x/mod # SKIP golang-go and golang-golang-x-mod-dev are not installed'
	exit 0
fi
GO111MODULE=off GOPATH=$packages GOCACHE=$work/cache go build -o "$work/tlog_client" test/interop/tlog_client.go ||
	{ echo 'not ok the client builds'; exit 1; }

register "$work/a" >"$work/said" 2>&1 || { sed 's/^/# /' "$work/said"; echo 'not ok a register to serve'; exit 1; }
letters 0 600 | "$benkan" do --node "$work/a/ml" --actor sec-1 - >/dev/null
serve "$work/a/ml" || { echo 'not ok the node serves'; exit 1; }
"$work/tlog_client" "$url/log" "$(log_key "$work/a/ml.json")" || bad=1
tiles=$(curl -sI "$url/log/tile/0/000" | tr -d '\r')
check 'a full tile is octets that may be kept for ever' has "${tiles,,}" 'content-type: application/octet-stream'
check 'the checkpoint is text that may not' has "$(curl -sI "$url/log/checkpoint" | tr -d '\r' | tr A-Z a-z)" 'cache-control:.*no-(cache|store)'
check 'our own verifier agrees, from the same address' "$benkan" verify --url "$url" --vkey "$(log_key "$work/a/ml.json")"
