#!/bin/bash
# Ceilings are measured, kept with what identifies the machine, and recalled; a damaged file is no
# obstacle, nor is a place where nothing can be kept.
. "$(dirname "$0")/lib.bash"

ceilings() {
    expect 0 topology --ceilings
    grep -q "ceilings of one core" "$scratch/out" || fail "no ceilings: $(cat "$scratch/out")"
    grep -q "float32 .* GMAC/s" "$scratch/out" || fail "no products: $(cat "$scratch/out")"
    grep -q "L1 .* GB/s" "$scratch/out" || fail "no reading: $(cat "$scratch/out")"
}
kept() { grep -ho '"rounds": [0-9]*' "$XDG_CACHE_HOME"/quantop/ceilings-*.json | sort -u | tr -dc '0-9\n'; }

for round in 1 2 3 3; do
    ceilings
    [ "$(kept)" = $round ] || fail "kept rounds are $(kept), expected $round"
done
cp "$scratch/out" "$scratch/before"
ceilings
cmp -s "$scratch/out" "$scratch/before" || fail "what is known was measured again"

for file in "$XDG_CACHE_HOME"/quantop/ceilings-*.json; do echo '{"of": 1' >"$file"; done
ceilings
[ "$(kept)" = 1 ] || fail "a damaged file was not measured anew"

XDG_CACHE_HOME=/dev/null/none ceilings
grep -q '"event":"steps".*"ceilings":{' <("$QUANTOP" run --model "$SOURCE/data/mlp.tflite" --data random:8 \
    --modes fp32 --seconds 0.2 --journal "$scratch/run.jsonl" >/dev/null 2>&1; cat "$scratch/run.jsonl") ||
    fail "no ceilings beside the steps"

# Of another instruction set.
expect 0 topology --ceilings --isa generic
grep -q "ceilings of one core, generic:" "$scratch/out" || fail "not of generic: $(cat "$scratch/out")"
expect 3 topology --ceilings --isa generik
says "no instruction set 'generik', nearest is 'generic'"
expect 3 topology --isa generic
says 'without --ceilings'
