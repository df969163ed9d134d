# What the process tests share: a folder of their own, nodes in it, servers that are stopped by their pids, TAP.
# Sourced from the root of the checkout by test/*/*_test.sh.
# shellcheck shell=bash
set -u
benkan=$PWD/${BENKAN:-benkan}
work=$(mktemp -d)
chmod 755 "$work"
bad=0
started=()

# check NAME COMMAND...: one test, good when the command succeeds; what it said is shown when it does not.
check() {
	local name=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name (exit $?)"
		sed 's/^/# /' "$work/said"
		bad=1
	fi
}

# Exit codes as INTERFACES.md gives them: exits CODE COMMAND...
exits() {
	local want=$1 got
	shift
	"$@"
	got=$?
	[ $got = "$want" ] || { echo "exit $got, not $want: $*"; return 1; }
}

same() {
	[ "$1" = "$2" ] || { printf 'not the same:\n%s\n%s\n' "$1" "$2"; return 1; }
}

# Whether a text has something in it: has TEXT PATTERN
has() {
	grep -qE -- "$2" <<<"$1" || { printf 'does not say %s:\n%s\n' "$2" "$1"; return 1; }
}

finish() {
	local code=$?
	for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; done
	wait
	[ -z "${mounted:-}" ] || umount "$mounted"
	rm -rf "$work"
	[ $code = 0 ] && exit $bad
	exit $code
}
trap finish EXIT

# A port nothing listens on.
free_port() {
	local port
	while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
	echo "$port"
}

# answers PORT PID: wait until something listens there; fails when the process is gone.
answers() {
	until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
		kill -0 "$2" 2>/dev/null || return 1
		sleep 0.05
	done
}

# serve NODE [OPTION...]: sets `url` and `server`.
serve() {
	local node=$1
	shift
	rm -f "$work/port"
	"$benkan" serve --node "$node" --listen 127.0.0.1:0 --port-file "$work/port" "$@" >"$work/server.log" 2>&1 &
	server=$!
	started+=($server)
	until [ -s "$work/port" ]; do
		kill -0 $server 2>/dev/null || { cat "$work/server.log"; return 1; }
		sleep 0.02
	done
	url=http://127.0.0.1:$(cat "$work/port")
}

stop_server() {
	kill "$server"
	wait "$server" 2>/dev/null
}

# register DIR [STORE]: two nodes, DIR/ml and DIR/ru, adopted under one charter; keys in DIR/ml.json, DIR/ru.json.
register() {
	local dir=$1 party
	mkdir -p "$dir"
	for party in ml ru; do
		"$benkan" init --node "$dir/$party" --party $party --name "Party $party" --origin "$party.registre.example/$party" \
			--store "${2:-sqlite}" --json >"$dir/$party.json" || return 1
	done
	"$benkan" charter --out "$dir/charter.json" "$dir/ml.json" "$dir/ru.json" &&
		"$benkan" adopt --node "$dir/ml" "$dir/charter.json" && "$benkan" adopt --node "$dir/ru" "$dir/charter.json"
}

# How many records of a kind a node holds: records NODE KIND
records() {
	"$benkan" show --node "$1" "$2" --json | grep -oE "\{\"kind\":\"$2\"" | wc -l
}

# The log key of a node, from what init printed.
log_key() {
	grep -oE '"log":"[^"]*"' "$1" | cut -d'"' -f4
}

# letters FROM TO: drafts of letters, one a line.
letters() {
	local i
	for ((i = $1; i < $2; i++)); do
		echo '{"type":"record.put","kind":"letter","data":{"number":"N-'$i'","direction":"out","subject":{"fr":"Lettre '$i' sur l’école","ru":"Письмо '$i' о школе"},"date":"2026-01-15"}}'
	done
}

# A private PostgreSQL: sets `postgres` to its URL.  It refuses root, so it then runs as its own user.
postgres_start() {
	local bin as=()
	bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
	[ -n "$bin" ] || return 1
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups)
	mkdir "$work/pg"
	[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
	(cd "$work/pg" && "${as[@]}" "$bin/initdb" -D "$work/pg/db" -A trust -U benkan --no-sync >"$work/pg.log" 2>&1) || return 1
	(cd "$work/pg" && exec "${as[@]}" "$bin/postgres" -D "$work/pg/db" -k "$work/pg" -c listen_addresses= >>"$work/pg.log" 2>&1) &
	started+=($!)
	for _ in $(seq 200); do
		"$bin/psql" -qh "$work/pg" -U benkan -c 'CREATE DATABASE register' postgres >/dev/null 2>&1 && break
		sleep 0.05
	done
	postgres="postgresql://benkan@/register?host=$work/pg"
}
