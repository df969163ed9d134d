#!/bin/bash
# Every sentence that src/register and the commands can say is there in French and in Russian.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v xgettext >/dev/null || { echo 'ok messages # SKIP gettext is not installed'; exit 0; }
bad=0
xgettext --from-code=UTF-8 -k -kN_ -kT:2 -o "$work/said.pot" src/register/*.c $(ls src/cli/*.c | grep -v /vectors) src/store/carry.c
[ "$(grep -c '^msgid' "$work/said.pot")" -gt 150 ] && echo 'ok the sentences are found' || { echo 'not ok the sentences are found'; bad=1; }
for lang in fr ru; do
	msgcat --use-first lang/$lang.po lang/*.$lang.po >"$work/$lang.po"
	missing=$(msgcmp "$work/$lang.po" "$work/said.pot" 2>&1 | grep -A3 'used but not defined')
	if [ -z "$missing" ]; then
		echo "ok every sentence is there in $lang"
	else
		echo "not ok every sentence is there in $lang"
		sed 's/^/# /' <<<"$missing"
		bad=1
	fi
done
exit $bad
