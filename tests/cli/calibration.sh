#!/bin/bash
# Mistakes of calibration sets are named below the table, once per cause, with what to do.
. "$(dirname "$0")/lib.bash"
shared=${QUANTOP_SHARED:-$SOURCE/../shared}

quick=(--modes fp32,int8 --set measure.min_rounds=1 --set measure.max_rounds=1 --set measure.seconds=0.01)
notes() { # how many beside that on the form that is taken, a part of one
    expect 0 run "${@:3}" "${quick[@]}"
    [ "$(grep ' int8: note: ' "$scratch/out" | grep -cv 'note: of 3 forms tried, ')" = "$1" ] || fail "not $1 notes: $(cat "$scratch/out")"
    [ "$1" = 0 ] || grep -q -e "$2" "$scratch/out" || fail "no '$2': $(cat "$scratch/out")"
}

# Samples of the set that ships, not scaled, and those that are scored.
images=$SOURCE/data/calibration-images.idx.gz
own=(--model "$SOURCE/data/mlp.tflite" --scale 0.00392157 --count 100)
notes 0 '' "${own[@]}" --data "$SOURCE/data/test-images.idx.gz" --calibration "$images"
[ "$(grep -c 'note: of 3 forms tried, ' "$scratch/out")" = 1 ] || fail "no form is named: $(cat "$scratch/out")"
notes 1 'were calibrated on, too' "${own[@]}" --data "$images"
notes 1 'only 5 calibration samples' "${own[@]}" --data "$SOURCE/data/test-images.idx.gz" \
    --calibration "$images" --calibration-count 5

# What quantize is at stands on a terminal until it is done, and nowhere else.
made=(quantize --mode int8 --output "$scratch/made.tflite" "$SOURCE/data/mlp.tflite" --data "$images" --count 20)
expect 0 "${made[@]}"
grep -q calibrating "$scratch/err" && fail "a line for a terminal in a file: $(cat "$scratch/err")"
script -qec "$(printf '%q ' "$QUANTOP" "${made[@]}")" "$scratch/terminal" >"$scratch/out" || fail "$(cat "$scratch/out")"
for stage in 'calibrating, 1 of 20' 'searching ranges, layer 1 of ' 'correcting biases, layer 1 of '; do
    grep -q "$stage" "$scratch/out" || fail "no '$stage': $(cat -v "$scratch/out")"
done
grep -qP '\r\e\[K[^\r\e]*made.tflite: [0-9]+ bytes' "$scratch/out" || fail "a line is left: $(cat -v "$scratch/out")"

case=$shared/cases/calibration-mistakes
[ -d "$case" ] || { echo "SKIP calibration: the cases in $case are missing"; exit 77; }
net=(--model "$case/net.onnx" --data "$case/x.npy" --labels "$case/y.npy")
notes 1 '100 of the 256 scored samples .* calibrated on, too' "${net[@]}" --calibration "$case/cal_good.npy"
notes 1 'all 100 calibration samples are zero' "${net[@]}" --calibration "$case/cal_zero.npy"
notes 1 'calibration saw .*\.\.0.00392147, but the scored samples have .*\.\.0.99' "${net[@]}" \
    --calibration "$case/cal_scaled_twice.npy"
notes 1 'calibration saw .*\.\.254.993, but the scored samples have' "${net[@]}" \
    --calibration "$case/cal_unscaled.npy"
notes 3 'all 100 calibration samples are the same' "${net[@]}" --calibration "$case/cal_same_sample.npy"
notes 2 'calibration sample 57, one of 100, sets 100 % of the range' "${net[@]}" --calibration "$case/cal_outlier.npy" \
    --csv "$scratch/rows.csv"
# It ruins min-max, which leaves a third of the answers, and neither ranges by search nor what is fitted to them.
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    $at["mode"] == "int8" && $at["accuracy"] > 85 { found = 1 } END { exit !found }' "$scratch/rows.csv" ||
    fail "an outlier ruins int8: $(cat "$scratch/out")"
exit 0
