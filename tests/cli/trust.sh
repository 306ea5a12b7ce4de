#!/bin/bash
# A profile or a journal of a stranger runs no code and writes nowhere but below its folder or the current one;
# what the command line says is taken.
. "$(dirname "$0")/lib.bash"

mkdir "$scratch/theirs" "$scratch/mine" || fail 'no folders'
cat >"$scratch/evil.c" <<END
#include <stdlib.h>
__attribute__((constructor)) static void run(void) { system("touch $scratch/owned"); }
END
have_library=no
${CC:-cc} -shared -fPIC -o "$scratch/theirs/evil.so" "$scratch/evil.c" 2>/dev/null && have_library=yes

profile() { # further lines
    quick_profile 'fp32' "$1"
    sed -i 's/^models.*/models: [mlp.tflite]/; s/^measure.*/measure: {seconds: 0.2, max_rounds: 2, profile_seconds: 0}/' "$scratch/quick.yaml"
    cp "$SOURCE/data/mlp.tflite" "$scratch/theirs/"
    cp "$scratch/quick.yaml" "$scratch/theirs/p.yaml"
}
cd "$scratch/mine" || fail 'cd'

profile 'runtimes: [builtin, onnxruntime]
onnxruntime: evil.so'
expect 3 run ../theirs/p.yaml
says "p.yaml:[0-9]*:1: 'onnxruntime' names code to run, which a profile may not"
expect 3 run ../theirs/p.yaml --dry-run
expect 3 quantize ../theirs/mlp.tflite --profile ../theirs/p.yaml -o "$scratch/mine/q.tflite"
[ ! -e "$scratch/owned" ] || fail 'code of the profile ran'
if [ $have_library = yes ]; then # the user's own word counts, for the profile or for the library
    "$QUANTOP" run ../theirs/p.yaml --trust-profile --journal t.jsonl >"$scratch/out" 2>"$scratch/err"
    [ $? = 5 ] || fail "not tried: $(cat "$scratch/out" "$scratch/err")"
    "$QUANTOP" run ../theirs/p.yaml --onnxruntime ../theirs/evil.so --journal o.jsonl >"$scratch/out" 2>&1
    [ $? = 5 ] || fail "not tried: $(cat "$scratch/out")"
    # A journal that names it is resumed with the same word alone.
    head -n 4 o.jsonl >"$scratch/theirs/cut.jsonl"
    rm -f "$scratch/owned"
    expect 3 run --resume ../theirs/cut.jsonl
    says "'onnxruntime' names code to run, which a journal may not"
    [ ! -e "$scratch/owned" ] || fail 'code of the journal ran'
else
    echo 'SKIP trust: no compiler, so that no library is tried'
fi

# Outputs.
for path in "$scratch/anywhere.csv" ../../anywhere.csv ../anywhere.csv; do
    profile "output: {csv: $path}"
    expect 3 run ../theirs/p.yaml
    says "'output.csv' lies neither below the folder of the profile"
    [ ! -e "$scratch/anywhere.csv" ] || fail 'written'
done
profile "output: {journal: $scratch/anywhere.jsonl}"
expect 3 run ../theirs/p.yaml
[ ! -e "$scratch/anywhere.jsonl" ] || fail 'a journal was written'
ln -s "$scratch" "$scratch/theirs/link"
profile 'output: {csv: link/anywhere.csv}'
expect 3 run ../theirs/p.yaml
profile "output: {csv: near.csv, json: $scratch/mine/here.json}"
expect 0 run ../theirs/p.yaml
[ -s "$scratch/theirs/near.csv" ] && [ -s here.json ] || fail 'what is near was not written'
profile "output: {csv: $scratch/anywhere.csv}"
expect 0 run ../theirs/p.yaml --trust-profile
[ -s "$scratch/anywhere.csv" ] || fail 'not written where it was trusted'
rm "$scratch/anywhere.csv"
expect 0 run ../theirs/p.yaml --csv "$scratch/anywhere.csv"
[ -s "$scratch/anywhere.csv" ] || fail 'not written where the command line says'
exit 0
