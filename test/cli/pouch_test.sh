#!/bin/bash
# The pouch by its commands: the demonstration's two nodes exchange by nothing else and stand in the same state; tar
# lists and unpacks what is packed; parts on several sticks; a preview in words; what is wrong is refused in words.
. test/node.sh

register "$work/a" >/dev/null 2>&1
ml=$work/a/ml ru=$work/a/ru

put() { "$benkan" do --node "$work/a/$1" --actor "sec-$1" "demo/$2" >/dev/null; }
carry() {
	rm -f "$work/carried"
	"$benkan" pouch pack --node "$work/a/$1" --to "$2" -o "$work/carried" 2>/dev/null &&
		"$benkan" pouch open --node "$work/a/$2" "$work/carried" >/dev/null
}
both_ways() { carry ml ru && carry ru ml; }
demonstration() {
	put ml 1-ml-organisations.jsonl && put ru 1-ru-organisations.jsonl && both_ways || return
	put ml 2-ml-commission.jsonl && put ml 3-ml-projects.jsonl && carry ml ru || return
	put ru 3-ru-projects.jsonl && carry ru ml || return
	put ml 4-ml-decisions.jsonl && put ru 4-ru-decisions.jsonl && both_ways || return
}
check 'the demonstration is carried by pouches alone' demonstration

put ml 5-ml-accept.jsonl && carry ml ru && put ru 5-ru-accept.jsonl
"$benkan" pouch pack --node "$ru" --to ml -o "$work/words.pouch" 2>/dev/null
size=$("$benkan" state --node "$ml" --json)
"$benkan" pouch open --node "$ml" --preview --lang fr "$work/words.pouch" >"$work/preview"
check 'a preview says in words who accepts what' has "$(cat "$work/preview")" 'Party ru accepte : '
check 'and what comes into force' has "$(cat "$work/preview")" 'Entrera en vigueur : '
check 'it leaves the node as it was' same "$("$benkan" state --node "$ml" --json)" "$size"
in_force() { "$benkan" show --node "$1" "$2" --json | grep -o '"state":"in_force"' | wc -l; }
foretold=$("$benkan" pouch open --node "$ml" --preview --json "$work/words.pouch" | grep -o '"what":"in_force"' | wc -l)
count_all() { local n=0 k; for k in agreement article body commission decision indicator project reconciliation session; do n=$((n + $(in_force "$1" $k))); done; echo $n; }
before=$(count_all "$ml")
check 'the pouch is opened' "$benkan" pouch open --node "$ml" "$work/words.pouch"
check 'what was foretold has come into force' same "$(($(count_all "$ml") - before))" "$foretold"
check 'that was something' test "$foretold" -gt 5
rest() {
	both_ways && both_ways && put ru 6-ru-national.jsonl && carry ru ml && put ml 6-ml-national.jsonl && carry ml ru &&
		put ml 7-ml-reconciliation.jsonl && both_ways && both_ways
}
check 'the rest of the demonstration too' rest
check 'both nodes stand in the same state' same "$("$benkan" state --node "$ml")" "$("$benkan" state --node "$ru")"
check 'and verify' "$benkan" verify --node "$ru"
cut=$("$benkan" state --node "$ml" --json)
check 'the same pouch again changes nothing' "$benkan" pouch open --node "$ml" "$work/words.pouch"
check 'nothing at all' same "$("$benkan" state --node "$ml" --json)" "$cut"

# --- tar ---
"$benkan" pouch pack --node "$ml" --to ru --base ml=0,ru=0 -o "$work/all.pouch" 2>/dev/null
check 'tar lists it' has "$(tar tf "$work/all.pouch" | head -2 | tr '\n' ' ')" '^benkan-pouch log/ml/checkpoint '
mkdir "$work/tar"
check 'tar unpacks it' tar xf "$work/all.pouch" -C "$work/tar"
check 'each attachment is what its name says' eval '(cd "$work/tar/blob" && sha256sum * | awk "{ if (\$1 != \$2) exit 1 }")'
# A tlog check of the tree that is not the program's: leaves against level 0, full tiles against the level above.
node_js='const f=require("fs"),c=require("crypto"),d=process.argv[1],h=b=>c.createHash("sha256").update(b).digest();
const cp=f.readFileSync(d+"/checkpoint","utf8").split("\n"),size=+cp[1];let L=[];
const walk=p=>f.readdirSync(p,{withFileTypes:true}).flatMap(e=>e.isDirectory()?walk(p+"/"+e.name):[p+"/"+e.name]).sort();
for(const p of walk(d+"/tile/entries")){const b=f.readFileSync(p);for(let i=0;i<b.length;){const n=b.readUInt16BE(i);
L.push(h(Buffer.concat([Buffer.of(0),b.subarray(i+2,i+2+n)])));i+=2+n}}
const root=a=>{if(a.length==1)return a[0];let k=1;while(k*2<a.length)k*=2;return h(Buffer.concat([Buffer.of(1),root(a.slice(0,k)),root(a.slice(k))]))};
const l0=Buffer.concat(walk(d+"/tile/0").map(p=>f.readFileSync(p)));
if(L.length!=size||!l0.equals(Buffer.concat(L))||root(L).toString("base64")!=cp[2])process.exit(1)'
check 'a tlog check by others accepts the tree' eval 'for l in ml ru; do node -e "$node_js" "$work/tar/log/$l" || exit 1; done'

# --- parts and gzip ---
head -c 3000000 /dev/urandom >"$work/photo"
echo '{"type":"record.put","kind":"document","data":{"title":{"fr":"Photographie"},"file":{"file":"photo"}}}' >"$work/photo.jsonl"
check 'a document with an attachment' "$benkan" do --node "$ml" --actor sec-ml "$work/photo.jsonl"
"$benkan" pouch pack --node "$ml" --to ru -o "$work/big.pouch" 2>/dev/null
check 'parts' "$benkan" pouch pack --node "$ml" --to ru --split 1M -o "$work/big.pouch"
check 'cat joins them' eval 'cat "$work"/big.pouch.a? | cmp - "$work/big.pouch"'
check 'they are as split makes them' eval 'split -b 1M "$work/big.pouch" "$work/split." && for x in aa ab ac; do cmp "$work/split.$x" "$work/big.pouch.$x" || exit 1; done'
mkdir "$work/s1" "$work/s2"
cp "$work/big.pouch.ac" "$work/s1/"
cp "$work/big.pouch.aa" "$work/big.pouch.ab" "$work/s2/"
"$benkan" pouch open --node "$ru" "$work/s2/big.pouch.aa" >"$work/words" 2>&1
check 'the first parts alone are cut off' same $? 1
check 'it says so' has "$(cat "$work/words")" 'cut off|coupé'
check 'a part between that is missing is named' has "$("$benkan" pouch open --node "$ru" "$work/s1/big.pouch.ac" 2>&1)" 'big\.pouch\.aa'
check 'in any order, from several folders' "$benkan" pouch open --node "$ru" "$work/s1/big.pouch.ac" "$work/s2/big.pouch.ab" "$work/s2/big.pouch.aa"
check 'of one part the others are found' "$benkan" pouch open --node "$ru" --preview "$work/big.pouch.ab"
rm "$work/big.pouch"
check 'of no part too' "$benkan" pouch open --node "$ru" --preview "$work/big.pouch"
check 'packed with gzip' "$benkan" pouch pack --node "$ml" --to ru -o "$work/z.pouch.gz"
check 'gunzip unpacks it' eval 'gunzip -c "$work/z.pouch.gz" | tar tf - >/dev/null'
check 'opened as it is' "$benkan" pouch open --node "$ru" "$work/z.pouch.gz"
head -c 1000 "$work/z.pouch.gz" >"$work/cut.gz"
check 'half of it is refused' exits 1 "$benkan" pouch open --node "$ru" "$work/cut.gz"
check 'from standard input' eval 'gunzip -c "$work/z.pouch.gz" | "$benkan" pouch open --node "$ru" -'

# --- wrong words ---
check 'no such party' exits 1 "$benkan" pouch pack --node "$ml" --to xx -o "$work/x"
check 'nothing is left of it' test ! -e "$work/x" -a ! -e "$work/x.new"
check 'a size that is none' exits 2 "$benkan" pouch pack --node "$ml" --to ru --split many -o "$work/x"
check 'bases that are none' exits 2 "$benkan" pouch pack --node "$ml" --to ru --base ml -o "$work/x"
check 'a file that is not there' exits 4 "$benkan" pouch open --node "$ru" "$work/none.pouch"
check 'a file that is no pouch' exits 1 "$benkan" pouch open --node "$ru" test/node.sh
check 'its own pouch' exits 1 "$benkan" pouch open --node "$ml" "$work/z.pouch.gz"

# --- a gap: what is missing and what to ask for ---
register "$work/b" >/dev/null 2>&1
letters 0 20 | "$benkan" do --node "$work/b/ml" --actor s - >/dev/null
"$benkan" pouch pack --node "$work/b/ml" --to ru --base ml=10 -o "$work/gap.pouch" 2>/dev/null
"$benkan" pouch open --node "$work/b/ru" "$work/gap.pouch" >"$work/words" 2>&1
check 'a gap is refused' same $? 1
check 'and says what to ask for' has "$(cat "$work/words")" '\-\-base ml=0'
check 'a pouch of another register is refused' exits 1 "$benkan" pouch open --node "$work/b/ru" "$work/z.pouch.gz"

# --- beside a serving node ---
serve "$ml" || exit 1
check 'a served node packs' "$benkan" pouch pack --node "$ml" --to ru -o "$work/served.pouch"
check 'and previews' "$benkan" pouch open --node "$ml" --preview "$work/words.pouch"
check 'but takes nothing over by the side' exits 1 "$benkan" pouch open --node "$ml" "$work/words.pouch"
stop_server

# --- a peer that cannot reach this node is brought a pouch (LEDGER.md 10, step 5) ---
letters 60 70 | "$benkan" do --node "$ru" --actor s - >/dev/null
serve "$ml" || exit 1
pushed=$("$benkan" sync --node "$ru" --push --json "$url")
check 'a pouch is brought over HTTP' has "$pushed" '"pushed":1[0-9],"push_status":200'
check 'and brought once' has "$("$benkan" sync --node "$ru" --push --json "$url")" '"pushed":0,"push_status":0'
stop_server
check 'the peer holds what it could not fetch' same "$("$benkan" state --node "$ml")" "$("$benkan" state --node "$ru")"

# --- a lost ledger comes back from a peer ---
"$benkan" backup --node "$ml" -o "$work/ml.backup" 2>/dev/null
letters 100 120 | "$benkan" do --node "$ml" --actor s - >/dev/null
carry ml ru
"$benkan" restore --node "$work/back" --high-water "$ml/high-water" "$work/ml.backup" 2>/dev/null
n=$("$benkan" state --node "$ml" --json)
"$benkan" pouch pack --node "$work/back" --to ru -o "$work/have.pouch" 2>/dev/null
check 'a restored node says what it has left' "$benkan" pouch open --node "$ru" "$work/have.pouch"
"$benkan" pouch pack --node "$ru" --to ml -o "$work/lost.pouch" 2>/dev/null
check 'its peer packs what it lost' has "$(tar tf "$work/lost.pouch")" '^log/ml/tile/entries/'
check 'it takes its own entries back' "$benkan" pouch open --node "$work/back" "$work/lost.pouch"
check 'and writes again' eval 'letters 200 201 | "$benkan" do --node "$work/back" --actor s - | grep -q leaf'
