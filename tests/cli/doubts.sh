#!/bin/bash
# Data that make no sense are told of before anything is timed: at once on the terminal, in the journal, and
# by --dry-run.
. "$(dirname "$0")/lib.bash"

images=$SOURCE/data/test-images.idx.gz
gunzip -c "$SOURCE/data/test-labels.idx.gz" >"$scratch/labels.idx"
model=$SOURCE/data/mlp.tflite
run=0
brief=(--modes 'int8,fp32' --set measure.seconds=0.01 --set measure.min_rounds=1 --set measure.max_rounds=1
    --set data.count=400 --set calibration.count=50)
scale=(--set preprocess.scale=0.00392156862745098)

measures() { # $1: status; the others: arguments
    local status=$1
    shift
    expect "$status" run --model "$model" --data "$images" "${brief[@]}" \
        --set constraints.max_drop=50 --journal "$scratch/run.jsonl.$((++run))" "$@"
    journal=$scratch/run.jsonl.$run
}

# The text must be in the first doubt, which the journal has before the first block, and on stderr.
doubted() {
    awk '/"event":"block"/ { exit } /"event":"prepared"/' "$journal" | grep -q "\"doubt\":\"[^\"]*$1" ||
        fail "no doubt '$1' before blocks of $journal: $(grep prepared "$journal")"
    [ "$(grep -c "^quantop: warning: .*: .*$1" "$scratch/err")" = 1 ] ||
        fail "'$1' is not said once: $(cat "$scratch/err")"
}

# Sound data raise no doubt.
measures 0 "${scale[@]}" --labels "$scratch/labels.idx"
grep -q '"doubt"' "$journal" && fail "doubt of sound data: $(grep doubt "$journal")"

# Nor do samples that are sorted by class: any part of them is looked at.
gunzip -c "$images" | tail -c +17 | head -c $((784 * 400)) | split -b 784 -a 3 -d - "$scratch/picture"
tail -c +9 "$scratch/labels.idx" | head -c 400 | od -An -v -w1 -tu1 | awk '{ print $1, NR - 1 }' |
    sort -n -k1,1 -k2,2 >"$scratch/order"
{
    printf '\0\0\10\3\0\0\1\220\0\0\0\34\0\0\0\34'
    while read -r _ number; do cat "$scratch/picture$(printf %03d "$number")"; done <"$scratch/order"
} >"$scratch/sorted.idx"
{
    printf '\0\0\10\1\0\0\1\220'
    while read -r label _; do printf "\\$(printf %o "$label")"; done <"$scratch/order"
} >"$scratch/sorted-labels.idx"
measures 0 "${scale[@]}" --data "$scratch/sorted.idx" --labels "$scratch/sorted-labels.idx"
grep -q '"doubt"' "$journal" && fail "doubt of sorted data: $(grep doubt "$journal")"

# Labels that are one off, or those of other samples; the answer is theirs, too.
{ head -c 8 "$scratch/labels.idx" && tail -c +9 "$scratch/labels.idx" | tr '\0-\11' '\1-\11\0'; } \
    >"$scratch/next.idx"
measures 2 "${scale[@]}" --labels "$scratch/next.idx"
doubted 'the labels seem to be one off'
expect 0 run --model "$model" --data "$images" "${brief[@]}" "${scale[@]}" \
    --labels "$scratch/next.idx" --dry-run
grep -q '^warning: mlp: .*the labels seem to be one off' "$scratch/out" ||
    fail "--dry-run does not doubt: $(cat "$scratch/out")"
{ head -c 8 "$scratch/labels.idx" && tail -c +14 "$scratch/labels.idx" && printf '\0\0\0\0\0'; } \
    >"$scratch/others.idx"
measures 2 "${scale[@]}" --labels "$scratch/others.idx"
doubted 'no better than chance'

# Bytes as they are where the network wants others: the preset is found, and is the answer's doubt.
model=$SOURCE/data/mobilenet.tflite
measures 2 --labels "$scratch/labels.idx"
doubted "with preset '0-1'"
grep -q "cannot tell what quantization costs: .*with preset '0-1'" "$scratch/out" ||
    fail "the preset is not in the answer: $(cat "$scratch/out")"
measures 0 --labels "$scratch/labels.idx" --preset 0-1
grep -q '"doubt"' "$journal" && fail "doubt with the preset: $(grep doubt "$journal")"
measures 0 # without labels there is nothing to go by
grep -q '"doubt_stays":true' "$journal" && fail "a preset without labels: $(grep doubt "$journal")"

# Nothing of it is lost with the process: what is found again is said again.
measures 2 --labels "$scratch/labels.idx"
sed '/"event":"block"/,$d' "$journal" >"$scratch/cut.jsonl"
expect 2 run --model "$model" --data "$images" "${brief[@]}" --labels "$scratch/labels.idx" \
    --set constraints.max_drop=50 --resume "$scratch/cut.jsonl"
journal=$scratch/cut.jsonl
doubted "with preset '0-1'"

# Nobody is told who wants to hear of errors alone.
measures 2 --labels "$scratch/labels.idx" -q
[ -s "$scratch/err" ] && fail "-q says: $(cat "$scratch/err")"
exit 0
