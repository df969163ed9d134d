#!/bin/bash
# No mutable globals: what the compiled rooms keep in .data and .bss.  Allowed, each once per process:
# what pthread_once guards, the fetched SHA-256 method with its per-thread contexts, what libmicrohttpd wants unconst.
allowed='^([a-z]+/[a-z_]+ once(\.[0-9]+)?|base/hash (sha256|context_key)|wire/http tls_versions|cli/serve [a-z_]+)$'
found=$(for object in build/obj/*/*.o; do
	name=${object#build/obj/}
	objdump -t "$object" | awk -v room="${name%.o}" '/ \.(data|bss)\t/ && $NF !~ /^\./ { print room, $NF }'
done | grep -vE "$allowed")
objects=$(ls build/obj/*/*.o | wc -l)
[ -z "$found" ] && [ "$objects" -gt 0 ] && { echo "ok no mutable global in $objects objects"; exit 0; }
echo "not ok no mutable global in $objects objects"
sed 's/^/# /' <<<"$found"
exit 1
