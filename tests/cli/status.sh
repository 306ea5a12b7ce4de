#!/bin/bash
# Exit statuses and messages are those of the manual.
. "$(dirname "$0")/lib.bash"

expect 0 --help
expect 0 --version
expect 0 topology
expect 0 modes
expect 0 runtimes
expect 3 runn
says "nearest is 'run'"
expect 3 run --no-such-option
expect 4 inspect "$scratch/no-such-file.tflite"
says 'no-such-file.tflite'
head -c 1000 "$SOURCE/data/mlp.tflite" >"$scratch/cut.tflite"
expect 4 inspect "$scratch/cut.tflite"
says 'cut.tflite'

printf 'model: x.tflite\nmodess: [fp32]\n' >"$scratch/p.yaml"
expect 3 run "$scratch/p.yaml"
says "p.yaml:2:1: .*modes"

# Constraints that are met, that every mode breaks, and a row that fails.
quick_profile 'fp32, int8' 'constraints: {max_drop: 50}'
expect 0 run "$scratch/quick.yaml"
quick_profile 'fp32, int8' 'constraints: {max_size: 10KiB}'
expect 1 run "$scratch/quick.yaml"
quick_profile 'fp32, int8'
sed -i 's/^calibration.*//; s/^data.*//; s/^preprocess.*//' "$scratch/quick.yaml"
expect 5 run "$scratch/quick.yaml" --csv "$scratch/rows.csv"
grep -q "needs a calibration data set" "$scratch/rows.csv" || fail "the rows do not say why"

# A library that is not there costs its rows, with the reason, and nothing else.
quick_profile 'fp32' 'runtimes: [builtin, onnxruntime]'
QUANTOP_ONNXRUNTIME=/no/such/library.so expect 5 run "$scratch/quick.yaml" --csv "$scratch/rows.csv"
[ "$(grep -c ',onnxruntime,.*,failed,.*prepare: onnxruntime: cannot be loaded' "$scratch/rows.csv")" = 2 ] ||
    fail "the rows of the missing library do not say why: $(cat "$scratch/rows.csv")"
[ "$(grep -c ',builtin,.*,done,' "$scratch/rows.csv")" = 2 ] || fail "the other rows are lost"
expect 0 runtimes --onnxruntime "$SOURCE/README.md"
grep -q '; not available: cannot be loaded: ' "$scratch/out" || fail "no reason in: $(cat "$scratch/out")"
