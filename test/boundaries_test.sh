#!/bin/bash
# The maker of the boundary layer on outlines small enough to see through.  TAP.
cd "$(dirname "$0")/.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0

# is NAME WANTED: what stands in $got
is() {
	[ "$got" = "$2" ] && echo "ok $1" || { echo "not ok $1"; printf '%s\n' "wanted: $2" "got: $got" | sed 's/^/# /'; bad=1; }
}

# make LAYERS: the outlines of the plan's layers, an area a line
make_layers() {
	printf '{"date":"2000","source":{"en":"S","fr":"S","ru":"S"},"note":{"en":"N","fr":"N","ru":"N"},"names":{},"layers":[%s]}' "$1" >"$dir/plan.json"
	got=$(setup/make-boundaries "$dir" "$dir/plan.json" | sed '1,/^      "N", *$/d' | tr -d '\t\n' | sed 's/AREA(/\n&/g' | sed -n '/^AREA/s/, "", "", "",/ /p' | sed 's/  *BOX/ BOX/')
}

# Two areas meet along a line that wavers by 0.01 degree about 1 degree east, with one bend of half a degree.
cat >"$dir/two.json" <<'END'
{"type":"FeatureCollection","features":[
 {"type":"Feature","id":"a","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1.01,1],[1.5,2],[1.01,3],[1,4],[0,4],[0,0]]]}},
 {"type":"Feature","id":"b","properties":{},"geometry":{"type":"Polygon","coordinates":[[[1,4],[1.01,3],[1.5,2],[1.01,1],[1,0],[2,0],[2,4],[1,4]]]}}]}
END
make_layers '{"level":"REGION","file":"two.json","tolerance":0.3,"least":0,"ids":{"a":"A","b":"B"}}'
is 'a shared border is made simpler once' 'AREA(REGION, "A", "A" BOX(0, 0, 15000, 40000),10000,0,15000,20000,10000,40000,0,40000,0,0,AREA_END)
AREA(REGION, "B", "B" BOX(10000, 0, 20000, 40000),10000,40000,15000,20000,10000,0,20000,0,20000,40000,AREA_END)'
make_layers '{"level":"REGION","file":"two.json","tolerance":0,"least":0,"ids":{"a":"A"}}'
is 'nothing is moved without tolerance' 'AREA(REGION, "A", "A" BOX(0, 0, 15000, 40000),0,0,10000,0,10100,10000,15000,20000,10100,30000,10000,40000,0,40000,AREA_END)'
make_layers '{"level":"LAND","file":"two.json","tolerance":0,"least":0,"box":[-1,1,1.25,3],"ids":{"a":"A"}}'
is 'an outline is cut to a box' 'AREA(LAND, "A", "A" BOX(0, 10000, 12500, 30000),0,10000,10100,10000,12500,14898,12500,25102,10100,30000,0,30000,AREA_END)'

# A ring torn at the 180th meridian, an island beyond it, an islet too small; the outer ring turns the wrong way, with a hole.
cat >"$dir/torn.json" <<'END'
{"type":"FeatureCollection","features":[{"type":"Feature","id":"r","properties":{"code":"x"},"geometry":{"type":"MultiPolygon","coordinates":[
 [[[170,60],[170,70],[-175,70],[-175,60],[170,60]],[[172,62],[172,64],[174,64],[174,62],[172,62]]],
 [[[-179,50],[-177,50],[-177,52],[-179,52],[-179,50]]],
 [[[171,50],[171.1,50],[171.1,50.1],[171,50]]]]}}]}
END
make_layers '{"level":"COUNTRY","file":"torn.json","tolerance":0,"least":0.5,"property":"code","ids":{"x":"R"}}'
is 'what lies beyond the 180th meridian stays with the rest' 'AREA(COUNTRY, "R", "R" BOX(1700000, 500000, 1850000, 700000),1850000,600000,1850000,700000,1700000,700000,1700000,600000,RING_END,1720000,620000,1720000,640000,1740000,640000,1740000,620000,RING_END,1810000,500000,1830000,500000,1830000,520000,1810000,520000,AREA_END)'

got=$(setup/make-boundaries 2>&1); code=$?
[ "$code" = 2 ] && got=refused
is 'without a folder it says how it is used' refused
exit $bad
