#!/bin/bash
# Folders of pictures: those that were rendered from an array score as the array does, in every mode and from either
# format; and however many workers need a picture, it is opened once.
. "$(dirname "$0")/lib.bash"
build=${BUILD:?}
images=$SOURCE/data/test-images.idx.gz
labels=$SOURCE/data/test-labels.idx.gz
count=300
brief=(--set measure.seconds=0.01 --set measure.min_rounds=1 --set measure.max_rounds=1
    --set measure.profile_seconds=0)

for suffix in png jpg; do
    mkdir "$scratch/$suffix"
    "$build/tests/cli/make_pictures" "$images" "$labels" $count "$scratch/$suffix" $suffix ||
        fail "no pictures ($suffix)"
    [ "$(find "$scratch/$suffix" -name "*.$suffix" | wc -l)" = $count ] || fail "not $count pictures ($suffix)"
done
"$QUANTOP" convert "$SOURCE/data/mobilenet.tflite" -o "$scratch/mobilenet.onnx" >/dev/null || fail "no .onnx file"

# A profile of both formats, with the lines $1 and calibration on the samples $2.
profile() {
    cat >"$scratch/run.yaml" <<END
models: [$SOURCE/data/mobilenet.tflite, $scratch/mobilenet.onnx]
data: {$1}
preprocess: {scale: 0.00392156862745098}
calibration: {samples: $2, count: 50}
modes: [fp32, dynamic, {mode: int8, effort: 0}, {mode: int8-io, effort: 0}, {mode: 16x8, effort: 0}, fp16]
placement: 1
END
}

# Scores the samples $1, with the ranges of the array; $rows is "MODE ACCURACY" for each row of the two models.
score() {
    profile "$1" "$SOURCE/data/calibration-images.idx.gz"
    expect 0 run "$scratch/run.yaml" "${brief[@]}" --csv "$scratch/run.csv"
    rows=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $at["mode"], $at["accuracy"] }' "$scratch/run.csv")
}

score "samples: $images, labels: $labels, count: $count"
array=$rows
[ "$(awk '$2 > 90' <<<"$array" | wc -l)" = 12 ] || fail "not 12 rows that score well: $array"
[ "$(head -6 <<<"$array")" = "$(tail -6 <<<"$array")" ] || fail "the formats do not score alike: $array"
score "samples: $scratch/png"
[ "$rows" = "$array" ] || fail "as PNG the images score $rows
and as an array $array"
score "samples: $scratch/jpg"
# What JPEG loses of so small images changes few answers.
paste -d' ' - <(echo "$array") <<<"$rows" | awk '($2 - $4) ^ 2 > 3 ^ 2 { exit 1 }' ||
    fail "as JPEG the images score $rows
and as an array $array"

# Runs the profile with the options $@; $scratch/opens is then "TIMES NAME" for each picture that was opened.
count_opens() {
    "$build/tests/cli/count_opens" "$scratch"/jpg/* -- "$QUANTOP" run "$scratch/run.yaml" "$@" \
        >"$scratch/opens" 2>"$scratch/err"
    case $? in
    0) ;;
    77) echo "SKIP $name: $(tail -1 "$scratch/err")" && exit 77 ;;
    *) fail "a run on pictures: $(cat "$scratch/err")" ;;
    esac
    awk '$1 != 1 { exit 1 }' "$scratch/opens" || fail "opened again by run $*: $(sort -n "$scratch/opens" | tail -3)"
}

# Calibrated on pictures, too: for two models, six modes and all workers each is opened once.
profile "samples: $scratch/jpg" "$scratch/jpg"
count_opens "${brief[@]}" --csv "$scratch/run.csv"
[ "$(wc -l <"$scratch/opens")" = $count ] || fail "$(wc -l <"$scratch/opens") pictures of $count were opened"
count_opens --dry-run
[ -s "$scratch/opens" ] || fail "a rehearsal opened no picture"
