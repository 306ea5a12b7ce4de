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
quick_profile 'fp32, {mode: int8, effort: 0}' 'constraints: {max_drop: 50}'
expect 0 run "$scratch/quick.yaml"
quick_profile 'fp32, {mode: int8, effort: 0}' 'constraints: {max_size: 10KiB}'
expect 1 run "$scratch/quick.yaml"
grep -q 'mlp: none: int8:effort=0 on one core comes closest, it misses max_size by ' "$scratch/out" ||
    fail "no answer in: $(cat "$scratch/out")"

# A gate over modes that are all ruined: calibrated on next to nothing (0.01 of 255), int8 guesses. fp32,
# which loses nothing, is no way out.
{
    printf '\x93NUMPY\x01\x00\x76\x00'
    printf "%-117s\n" "{'descr': '<f4', 'fortran_order': False, 'shape': (10, 784), }"
    for _ in $(seq 7840); do printf '\x0a\xd7\x23\x3c'; done
} >"$scratch/dark.npy"
quick_profile 'fp32, {mode: int8, effort: 0}' 'constraints: {max_drop: 5}'
sed -i "s#^calibration.*#calibration: {samples: $scratch/dark.npy}#" "$scratch/quick.yaml"
expect 1 run "$scratch/quick.yaml" --json "$scratch/rows.json"
grep -q 'mlp: none: int8:effort=0 on one core comes closest, it misses max_drop by [0-9.]* ' "$scratch/out" ||
    fail "no answer in: $(cat "$scratch/out")"
grep -q '"verdict": "fail"' "$scratch/rows.json" || fail "no verdict in: $(cat "$scratch/rows.json")"

# Without constraints: what there is to choose from.
quick_profile 'fp32, {mode: int8, effort: 0}'
expect 0 run "$scratch/quick.yaml" --markdown "$scratch/rows.md"
grep -q '^- \*\*mlp\*\*: int8:effort=0: .* smaller.*, drop .* pp; about [0-9]* more samples would tell a loss of 1 pp' \
    "$scratch/rows.md" ||
    fail "no choice in: $(cat "$scratch/rows.md")"

quick_profile 'fp32, {mode: int8, effort: 0}'
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
