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
doubted 'better than chance'

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

# Nor is a regression or a segmentation any better that a constant answer beats, whatever the metric.
(cd "$scratch" && "$BUILD/tests/cli/make_models" .) || fail "no models"
images=$scratch/x.npy
brief=(--modes 'int8,fp32' --set measure.seconds=0.01 --set measure.min_rounds=1 --set measure.max_rounds=1
    --set measure.profile_seconds=0)
compares() { # $1: samples, $2: sound labels, $3: others, $4: metrics; $5: the answer that is no worse
    local metric
    for metric in $4; do
        measures 0 --data "$scratch/$1" --labels "$scratch/$2" --set "metric=$metric"
        grep -q '"doubt"' "$journal" && fail "doubt of sound $metric: $(grep doubt "$journal")"
        measures 2 --data "$scratch/$1" --labels "$scratch/$3" --set "metric=$metric"
        doubted "of fp32 is .*no better than the .* of $5"
        grep -q "cannot tell what quantization costs: over 62 samples, .* of $5" "$scratch/out" ||
            fail "the answer does not doubt $metric: $(cat "$scratch/out")"
        expect 0 view "$journal"
        grep -q "cannot tell what quantization costs: .* of $5" "$scratch/out" ||
            fail "the journal alone does not doubt $metric: $(cat "$scratch/out")"
    done
}
model=$scratch/regression.tflite
compares x.npy sums.npy noise.npy 'mae' "always answering the targets' median"
compares x.npy sums.npy noise.npy 'mse rmse r2' "always answering the targets' mean"
model=$scratch/segmentation.tflite
compares images.npy maps.npy other-maps.npy 'pixel miou' 'naming the most frequent class everywhere'

# What some samples give rise to is said to be of some, and all of them clear it up: on the terminal, in
# the journal, in the answer and at the gate.
model=$scratch/heads.tflite
measures 0 --data "$scratch/rare.npy" --labels "$scratch/rare-class.npy"
doubted 'the first output of fp32 is the same for all 256 of 2000 samples looked at'
says '^quantop: note: heads: all samples are scored and clear this up: the first output of fp32'
awk '/"event":"scores"/ { scored = 1 } scored && /"event":"cleared"/' "$journal" | grep -q 'of 2000' ||
    fail "the journal does not take the doubt back: $(cat "$journal")"
grep -q '^heads: .*looked at' "$scratch/out" && fail "the answer still doubts: $(cat "$scratch/out")"
expect 0 view "$journal"
grep -q 'looked at' "$scratch/out" && fail "a doubt that was taken back is shown: $(cat "$scratch/out")"
model=$SOURCE/data/mobilenet.tflite
images=$SOURCE/data/test-images.idx.gz
brief+=(--set data.count=400 --set calibration.count=50)

# Nobody is told who wants to hear of errors alone.
measures 2 --labels "$scratch/labels.idx" -q
[ -s "$scratch/err" ] && fail "-q says: $(cat "$scratch/err")"
exit 0
