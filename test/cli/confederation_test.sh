#!/bin/bash
# Three parties, and four (a confederation of three and a partner), by commands: a charter of all, an act that needs
# all, in force only after everyone's acknowledgement, heads that differ; over HTTP and by pouches.
. test/node.sh

# charter_of DIR PARTY...: nodes of these parties under one charter.
charter_of() {
	local dir=$1 party files
	shift
	mkdir -p "$dir"
	for party; do
		"$benkan" init --node "$dir/$party" --party $party --name "Party $party" --origin "$party.registre.example/$party" \
			--json >"$dir/$party.json" || return 1
	done
	files=("${@/#/$dir/}")
	files=("${files[@]/%/.json}")
	"$benkan" charter --out "$dir/charter.json" "${files[@]}" || return 1
	for party; do "$benkan" adopt --node "$dir/$party" "$dir/charter.json" || return 1; done
}
do_at() { "$benkan" do --node "$dir/$1" --actor sec-1 - <<<"$2"; }
state() { "$benkan" state --node "$dir/$1"; }
shown() { "$benkan" show --node "$dir/$1" "$2" "$3" --json | grep -oE '"state":"[a-z_]*"' | head -n 1 | cut -d'"' -f4; }
project=01985000-0007-7000-8000-000000000001
put() { echo '{"type":"record.put","kind":"project","id":"'$project'","data":{"title":{"fr":"'"$1"'"},"status":"2","field":"energy"}}'; }
word() { echo '{"type":"'$1'","kind":"project","id":"'$project'"'"${2:-}"'}'; }

# over_http FROM TO: TO fetches from FROM.
over_http() {
	serve "$dir/$1" && "$benkan" sync --node "$dir/$2" "$url" >/dev/null && stop_server
}
by_pouch() {
	rm -f "$work/carried"
	"$benkan" pouch pack --node "$dir/$1" --to "$2" -o "$work/carried" 2>/dev/null && "$benkan" pouch open --node "$dir/$2" "$work/carried" >/dev/null
}
# Everybody hears from everybody.
all_hear() {
	local from to
	for from in $parties; do for to in $parties; do [ $from = $to ] || $carry $from $to || return 1; done; done
}
each() { # each COMMAND...: at every node, the node's party first
	local party
	for party in $parties; do "$@" $party || return 1; done
}
is_shown() { same "$(shown "$2" project joint/$project)" "$1"; }
same_state() { same "$(state "$1")" "$(state ml)"; }
verifies() { "$benkan" verify --node "$dir/$1"; }

# walk DIR TRANSPORT PARTY...
walk() {
	dir=$1 carry=$2
	shift 2
	parties=$* first=$1 last=${!#}
	local how="$# parties, $carry" party
	check "$how: a charter of all" charter_of "$dir" "$@"
	check "$how: one proposes" do_at "$first" "$(put Centrale)"
	check "$how: and accepts" do_at "$first" "$(word act.accept)"
	check "$how: all hear of it" all_hear
	for party in "${@:2:$#-2}"; do check "$how: $party accepts" do_at "$party" "$(word act.accept)"; done
	check "$how: all hear of that" all_hear
	check "$how: one is missing: accepted, not in force, for nobody" each is_shown accepted
	check "$how: the last accepts" do_at "$last" "$(word act.accept)"
	check "$how: not in force where it was said: the others have not acknowledged it" is_shown accepted "$last"
	check "$how: the first hears and acknowledges" $carry "$last" "$first"
	check "$how: not in force before everyone did" is_shown accepted "$first"
	check "$how: all hear" all_hear
	check "$how: and once more" all_hear
	check "$how: in force for everybody" each is_shown in_force
	check "$how: in one state" each same_state
	[ "$heads" = 1 ] && two_heads "$how" "$@"
	check "$how: every node verifies" each verifies
}

# Two new texts at once, both accepted by all before anyone hears of the other's being in force.
two_heads() {
	local how=$1 first=$2 last=${!#} party one two
	shift
	one=$(do_at "$first" "$(put 'Centrale un')" | grep -oE '"act":"[0-9a-f]{64}"' | cut -d'"' -f4)
	two=$(do_at "$last" "$(put 'Centrale deux')" | grep -oE '"act":"[0-9a-f]{64}"' | cut -d'"' -f4)
	check "$how: two propose at once" test -n "$one" -a -n "$two" -a "$one" != "$two"
	check "$how: all hear of both" all_hear
	for party; do
		check "$how: $party accepts both" eval 'do_at $party "{\"type\":\"act.accept\",\"act\":\"$one\"}" && do_at $party "{\"type\":\"act.accept\",\"act\":\"$two\"}"'
	done
	check "$how: all hear of that too" all_hear
	check "$how: twice" all_hear
	check "$how: both are in force, shown as divergent by all" each is_shown divergent
	check "$how: in one state still" each same_state
	check "$how: a text that names both" do_at "$last" "$(put 'Centrale une')"
	check "$how: goes round" all_hear
	for party; do check "$how: accepted by $party" do_at "$party" "$(word act.accept)"; done
	check "$how: is heard" all_hear
	check "$how: and acknowledged" all_hear
	check "$how: one text again, for all" each is_shown in_force
	check "$how: in one state to the end" each same_state
}

heads=1
walk "$work/http3" over_http bf ml ru
heads=0
walk "$work/pouch3" by_pouch bf ml ru
walk "$work/http4" over_http bf ml ne ru
heads=1
walk "$work/pouch4" by_pouch bf ml ne ru

# --- one of four declines: nobody has it in force ---
dir=$work/pouch4 carry=by_pouch parties='bf ml ne ru' project=01985000-0007-7000-8000-000000000002
check 'another act' do_at ml "$(put Route)"
check 'is heard by all' all_hear
for party in bf ml ru; do check "$party accepts it" do_at $party "$(word act.accept)"; done
check 'one declines' do_at ne "$(word act.decline ',"reason":"non"')"
check 'all hear of that' all_hear
check 'it is rejected for everybody' each is_shown rejected
check 'and they agree' each same_state
