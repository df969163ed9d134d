#!/bin/bash
# Two nodes, each in a network namespace of its own, over a line that is slow, loses packets, is cut, and is closed in one direction.
. test/node.sh

a=benkan-$$-a b=benkan-$$-b
clean() {
	local code=$?
	ip netns del $a 2>/dev/null
	ip netns del $b 2>/dev/null
	return $code
}
skip() {
	echo "ok namespaces # SKIP $1"
	exit 0
}
[ "$(id -u)" = 0 ] || skip 'network namespaces need root'
command -v ip >/dev/null || skip 'there is no ip (apt-get install iproute2)'
trap 'clean; finish' EXIT
{ ip netns add $a && ip netns add $b && ip -n $a link add v0 type veth peer name v0 netns $b; } 2>/dev/null ||
	skip 'this machine makes no network namespaces'

in_a() { ip netns exec $a "$@"; }
in_b() { ip netns exec $b "$@"; }
line() { ip -n $a link set v0 "$1"; }
for side in 1:$a 2:$b; do
	ip -n ${side#*:} addr add 10.77.0.${side%:*}/24 dev v0
	ip -n ${side#*:} link set lo up
	ip -n ${side#*:} link set v0 up
done

# slow RATE: both directions; with delay and loss where this kernel can.
slow() {
	local side
	for side in in_a in_b; do
		$side tc qdisc replace dev v0 root netem delay 30ms 10ms loss 2% rate "$1" 2>/dev/null && lossy=yes && continue
		$side tc qdisc replace dev v0 root tbf rate "$1" burst 16kb latency 300ms 2>/dev/null && lossy= && continue
		return 1
	done
}
if slow 4mbit; then
	[ "$lossy" ] && echo '# the line loses 2 packets in 100' || echo '# this kernel has no netem: the line is slow and drops what is too much, and is cut'
else
	echo '# this kernel slows no line: it is cut alone'
fi

# What came over the line to ml so far, in bytes.
came() { in_a cat /sys/class/net/v0/statistics/rx_bytes; }

# node_up PARTY NAMESPACE ADDRESS [OPTION...]: served on port_PARTY, pid_PARTY.
node_up() {
	local party=$1 ns=$2 address=$3 port=port_$1 i
	shift 3
	ip netns exec $ns "$benkan" serve --node "$work/a/$party" --listen "$address:${!port}" --lang en "$@" >"$work/$party.log" 2>&1 &
	eval "pid_$party=$!"
	started+=($!)
	for ((i = 0; i < 200; i++)); do
		ip netns exec $ns curl -sfo /dev/null -m 2 "http://$address:${!port}/" && return
		sleep 0.05
	done
	cat "$work/$party.log"
	return 1
}
node_down() {
	local pid=pid_$1
	kill "${!pid}"
	wait "${!pid}" 2>/dev/null
}
page() { # page NAMESPACE ADDRESS PORT: within two seconds
	ip netns exec "$1" curl -sf -m 2 -o /dev/null "http://$2:$3/"
}
# Letters of 600 bytes that no compression makes much shorter.
write() {
	awk -v from="$2" -v to="$3" 'BEGIN { srand(from); for (i = from; i < to; i++) { t = "";
		for (k = 0; k < 300; k++) t = t sprintf("%c", 97 + int(rand() * 26));
		printf "{\"type\":\"record.put\",\"kind\":\"letter\",\"data\":{\"number\":\"N-%d\",\"direction\":\"out\",\"subject\":{\"fr\":\"%s\"},\"date\":\"2026-01-15\"}}\n", i, t } }' | "$benkan" do --node "$work/a/$1" --actor sec-1 - >/dev/null
}
state() { "$benkan" state --node "$work/a/$1"; }
eventually() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { "$@"; return 1; }
		sleep 0.1
	done
}
over() { [ $(($(came) - $1)) -gt "$2" ]; }

check 'two nodes adopt one charter' register "$work/a"
port_ml=8801 port_ru=8802
url_ml=http://10.77.0.1:$port_ml url_ru=http://10.77.0.2:$port_ru
check 'one has written much' write ru 0 3000
cp -r "$work/a/ml" "$work/a/twin"
check 'it is served in its namespace' node_up ru $b 10.77.0.2
check 'nobody else sees it' eval '! curl -sf -m 1 "$url_ru/" && ! in_a curl -sf -m 1 http://127.0.0.1:$port_ru/'

# --- the whole of it, over a line that is slow ---
before=$(came)
check 'a large first exchange comes to its end' in_a "$benkan" sync --node "$work/a/twin" "$url_ru"
whole=$(($(came) - before))
check "it brought $whole bytes, all the entries" test $whole -gt 500000

# --- cut, and begun again ---
# A kill undoes what came in the last second and the bundle under way; tiles are asked for again.
slow 1mbit
again=$((125000 + 80000 + 110000 + whole / 20))
before=$(came)
ip netns exec $a "$benkan" sync --node "$work/a/ml" "$url_ru" >"$work/sync.log" 2>&1 &
sync=$!
started+=($sync)
check 'half of it comes' eventually 60 over "$before" $((whole * 7 / 10))
line down
check 'the line is cut: nobody is reached' eval '! in_a curl -sf -m 1 "$url_ru/"'
check 'the node on the other side serves its pages' page $b 10.77.0.2 $port_ru
kill $sync
wait $sync 2>/dev/null
check 'nothing is half taken over' same "$("$benkan" show --node "$work/a/ml" letter --json | grep -c N-1)" 0
check 'without a line an exchange fails' exits 4 in_a timeout 60 "$benkan" sync --node "$work/a/ml" "$url_ru"
line up
slow 4mbit
first=$(($(came) - before)) before=$(came)
check 'the next goes on' in_a "$benkan" sync --node "$work/a/ml" "$url_ru"
second=$(($(came) - before))
check "where the first was: $first and $second bytes of $whole, $again of them twice at most" test $((first + second)) -le $((whole + again))
check 'and holds all' same "$(records "$work/a/ml" letter)" 3000

# --- a cut of seconds in the middle: the same exchange comes to its end ---
node_down ru
write ru 3000 4500
check 'served again' node_up ru $b 10.77.0.2
before=$(came)
ip netns exec $a "$benkan" sync --node "$work/a/ml" "$url_ru" >"$work/sync.log" 2>&1 &
sync=$!
started+=($sync)
check 'some of it comes' eventually 60 over "$before" 100000
line down
sleep 2
line up
wait $sync
check 'after a cut of two seconds the same exchange comes to its end' same $? 0

# --- in the background, both serving ---
node_down ru
write ml 0 1
check 'both serve, each the peer of the other' eval 'node_up ru $b 10.77.0.2 --peer $url_ml && node_up ml $a 10.77.0.1 --peer $url_ru'
check 'they come to hold the same' eventually 60 eval 'same "$(state ml)" "$(state ru)"'
node_down ml
write ml 1 800
line down
check 'without a line both serve' node_up ml $a 10.77.0.1 --peer $url_ru
for _ in 1 2 3; do
	check 'pages of the one are served' page $a 10.77.0.1 $port_ml
	check 'pages of the other too' page $b 10.77.0.2 $port_ru
done
line up
slow 2mbit
before=$(came)
node_down ml
node_up ml $a 10.77.0.1 --peer $url_ru
check 'while a slow line is at work, pages are served' eval 'page $a 10.77.0.1 $port_ml && page $b 10.77.0.2 $port_ru'
slow 8mbit
check 'and it comes to the same state' eventually 90 eval 'same "$(state ml)" "$(state ru)"'
node_down ml
node_down ru

# --- only one side can reach out ---
# Its port is closed to what comes over the line: the rule stands before the one for what is local.
ip -n $a rule add pref 10 iif v0 ipproto tcp dport $port_ml blackhole &&
	ip -n $a rule add pref 20 lookup local && ip -n $a rule del pref 0 2>/dev/null
write ml 2000 2050
write ru 8000 8050
check 'one serves behind a closed port and brings what it writes' eval 'node_up ru $b 10.77.0.2 && node_up ml $a 10.77.0.1 --push --peer $url_ru'
check 'the other cannot reach it' eval '! in_b curl -sf -m 2 "$url_ml/"'
check 'both come to hold the same all the same' eventually 60 eval 'same "$(state ml)" "$(state ru)"'
node_down ml
node_down ru
check 'and everything verifies' eval '"$benkan" verify --node "$work/a/ml" && "$benkan" verify --node "$work/a/ru"'
