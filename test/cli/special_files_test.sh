#!/usr/bin/env bash
# What commands write under the name of a pipe, a device or a link goes into it, and it stays what it is.
# usage: test/cli/special_files_test.sh   (from the root of the checkout)
. test/node.sh

register "$work/r" >/dev/null 2>&1
mkfifo "$work/pipe"
ln -s /dev/null "$work/null"
echo old >"$work/target"
ln -s target "$work/link"

charter() { "$benkan" charter --out "$1" "$work/r/ml.json" "$work/r/ru.json"; }
backup() { "$benkan" backup --node "$work/r/ml" -o "$1" 2>/dev/null; }
keys() { "$benkan" keys new --node "$work/r/ml" log -o "$1"; }
pouch() { "$benkan" pouch pack --node "$work/r/ml" --to ru -o "$1"; }
exported() { "$benkan" export --node "$work/r/ml" --format jsonl --kind project -o "$1"; }
# Into the pipe; what came out of it is in $work/came.
through_pipe() {
	timeout 60 cat "$work/pipe" >"$work/came" &
	local reader=$!
	"$1" "$work/pipe" || { kill $reader; return 1; }
	wait $reader && [ -p "$work/pipe" ]
}
nothing_beside() { same "$(cd "$work" && ls -d pipe* null* link* target*)" "$(printf 'link\nnull\npipe\ntarget')"; }

charter_through_pipe() { through_pipe charter && charter "$work/plain" && cmp "$work/plain" "$work/came"; }
check "a charter goes into a pipe as into a file" charter_through_pipe

restored() {
	through_pipe backup && "$benkan" restore --node "$work/again" "$work/came" 2>/dev/null &&
		same "$("$benkan" state --node "$work/again" 2>/dev/null)" "$("$benkan" state --node "$work/r/ml" 2>/dev/null)"
}
check "a backup that went into a pipe is restored" restored

discarded() {
	local command
	for command in charter backup keys pouch exported; do
		"$command" "$work/null" || return 1
		if [ "$(readlink "$work/null")" != /dev/null ] || [ ! -c /dev/null ]; then
			echo "$command replaced the link"
			return 1
		fi
	done
}
check "/dev/null by another name stays what it is" discarded

linked() { charter "$work/link" && [ -L "$work/link" ] && cmp "$work/target" "$work/plain"; }
check "a link is followed" linked
check "nothing is left beside them" nothing_beside

unwritable() {
	ln -s /dev/full "$work/full"
	exits 4 charter "$work/full" && exits 4 backup "$work/full" && exits 4 pouch "$work/full" && [ -L "$work/full" ] && [ -c /dev/full ]
}
check "what a device does not take is said" unwritable
