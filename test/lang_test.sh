#!/bin/bash
# Every message of src/ can be read in every language, and takes the same arguments there.  TAP: three tests a language.
# Of a count the catalogue holds both English forms as one message; here each is looked up by itself.
trap 'rm -rf "$dir"' EXIT
dir=$(mktemp -d)
bad=0
export LC_ALL=C

# report NAME MISSING: MISSING has a line for each message that fails
report() {
	[ -z "$2" ] && echo "ok $1" || { echo "not ok $1"; sed 's/^/# /' <<<"$2"; bad=1; }
}

# A catalogue as lines of keyword and text, each text whole
flat() {
	msgcat --no-wrap - | awk '
		function put() { if (word != "") print word "\t" text; word = text = "" }
		/^msg/ { put(); word = $1; sub(/^[^"]*/, "") }
		/^"/ { text = text substr($0, 2, length($0) - 2); next }
		{ put() }
		END { put() }'
}

# Labels of records stand bare in the .def tables.
{
	find src -name '*.[ch]' -exec cat {} +
	find src -name '*.def' -exec sed -E 's/\.(title|plural|about|label|help) = "/N_("/g' {} +
} | xgettext -C --from-code=UTF-8 -kN_ -kT:2 -kpage_say:2 -kpage_fill:2 --no-location -o "$dir/src.pot" - &&
	flat <"$dir/src.pot" | sed -n 's/^msgid\t\(..*\)/\1/p' | sort -u >"$dir/said"
[ -s "$dir/said" ] || report 'messages are found in src' 'none'

for po in lang/??.po; do
	lang=$(basename "$po" .po)
	msgcat --use-first "$po" lang/*."$lang".po | msgattrib --translated --no-fuzzy --no-obsolete | flat >"$dir/po"
	sed -n 's/^msgid\(_plural\)\?\t\(..*\)/\2/p' "$dir/po" | sort -u >"$dir/known"
	report "every message is translated into $lang" "$(comm -23 "$dir/said" "$dir/known")"
	report "no message that nobody says is translated into $lang" "$(comm -13 "$dir/said" "$dir/known")"
	report "every translation into $lang has the arguments of its message" "$(awk -F '\t' '
		function args(s,  n, set) {
			for (n = 1; n <= 9; n++)
				if (index(s, "%" n))
					set = set " %" n
			return set
		}
		$1 == "msgid" { message = $2 }
		$1 ~ /^msgstr/ && message != "" && args($2) != args(message) { print message " -> " $2 }' "$dir/po")"
done
exit $bad
