#!/bin/bash
# A folder's name may be any bytes: what a profile in it names is read, recorded, and found again by --resume;
# people see question marks.
. "$(dirname "$0")/lib.bash"

odd=$scratch/$'caf\xe9 \x80'
mkdir "$odd" 2>/dev/null || {
    echo "SKIP odd-names: no such names here"
    exit 77
}
cp "$SOURCE/data/mlp.tflite" "$odd/mlp.tflite"
cp "$SOURCE/data/test-images.idx.gz" "$odd/images.idx.gz"
cp "$SOURCE/data/test-labels.idx.gz" "$odd/labels.idx.gz"
cat >"$odd/p.yaml" <<END
models: [mlp.tflite]
data: {samples: images.idx.gz, labels: labels.idx.gz, count: 100}
preprocess: {scale: 0.00392156862745098}
modes: [fp32, int8]
measure: {seconds: 0.3, max_rounds: 2, profile_seconds: 0}
output: {csv: r.csv, journal: j.jsonl}
END

finished() { # csv
    [ "$(grep -c -a ',done,' "$1")" = 2 ] || fail "not two rows: $(cat -v "$1")"
}

expect 0 run "$odd/p.yaml" --json "$scratch/r.json"
finished "$odd/r.csv"
iconv -f UTF-8 -t UTF-8 "$odd/j.jsonl" >/dev/null || fail 'the journal is no UTF-8'
grep -q 'caf? ?/mlp.tflite' "$scratch/r.json" || fail "the path is not told: $(cat -v "$scratch/r.json")"

# The journal alone is enough to go on with what it names, and a run from such a folder, too.
cut_short() { # journal, other
    head -n "$(grep -n '"event":"block"' "$1" | head -n 1 | cut -d : -f 1)" "$1" >"$2"
}
cut_short "$odd/j.jsonl" "$odd/k.jsonl"
expect 0 run -q --resume "$odd/k.jsonl" --trust-profile --csv "$scratch/k.csv"
finished "$scratch/k.csv"
cd "$odd" || fail 'cd'
expect 0 run -q --model mlp.tflite --modes fp32,int8 --data images.idx.gz --count 50 --journal l.jsonl \
    --set measure.seconds=0.3 --set measure.max_rounds=2
cut_short l.jsonl "$scratch/l.jsonl"
cd / || fail 'cd'
expect 0 run -q --resume "$scratch/l.jsonl" --csv "$scratch/l.csv"
finished "$scratch/l.csv"

# What is not there is said.
printf 'model: no.tflite\nmodes: [fp32]\n' >"$odd/p.yaml"
expect 4 run "$odd/p.yaml"
grep -q 'caf? ?/no.tflite' "$scratch/out" "$scratch/err" || fail "no reason in: $(cat -v "$scratch/out" "$scratch/err")"
exit 0
