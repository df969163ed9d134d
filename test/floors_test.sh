#!/bin/bash
# A look upward does not compile: for each room, including a header of every room it may not see fails,
# and of every room it may see succeeds.  The compiler runs as the build runs it.
trap 'rm -rf "$dir"' EXIT
dir=$(mktemp -d)
rooms=$(sed -n 's/^\([a-z]*\):.*/\1/p' FLOORS)
bad=0
for room in $rooms; do
	sees=" $room $(sed -n "s/^$room://p" FLOORS) "
	wrong=
	for other in $rooms; do
		header=$(ls src/"$other"/*.h 2>/dev/null | head -n 1)
		[ -n "$header" ] && [ -d "src/$room" ] || continue
		echo "#include \"${header#src/}\"" >"$dir/look.c"
		if ${CC:-cc} -std=c17 -D_GNU_SOURCE -I"build/see/$room" -M "$dir/look.c" >"$dir/said" 2>&1; then
			[[ $sees == *" $other "* ]] || wrong="$wrong $room could include ${header#src/};"
		else
			[[ $sees != *" $other "* ]] || wrong="$wrong $room cannot include ${header#src/};"
		fi
	done
	[ -z "$wrong" ] && echo "ok floors of $room" || { echo "not ok floors of $room"; echo "#$wrong"; bad=1; }
done
exit $bad
