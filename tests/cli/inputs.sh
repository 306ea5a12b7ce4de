#!/bin/bash
# Models with several inputs and outputs, with whole numbers and with a fixed batch run in all modes
# and are scored; what does not go with their inputs is refused by name. make_models.c says what the
# models compute, and therefore what is right.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1
"$BUILD/tests/cli/make_models" . || fail "no models"
modes=fp32,dynamic,int8,int8-io,16x8,fp16
quick="--modes $modes --seconds 0.1 --set measure.max_rounds=2 --set measure.min_rounds=2 --set measure.profile_seconds=0 --csv rows.csv"

# Column $1 of all rows.
column() {
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { print $at }' rows.csv
}
# All six rows are done, and right about at least $1 % (or dB) of $2 samples, fp32 about all; without labels
# fp32 is what the others agree with.
right() {
    [ "$(grep -c ',done,' rows.csv)" = 6 ] || fail "not all rows are done: $(cat rows.csv)"
    [ "$(column scored_samples | sort -u)" = "$2" ] || fail "not $2 samples: $(cat rows.csv)"
    local own=100
    case $(column metric | head -n 1) in agreement | sqnr) own= ;; esac
    [ "$(column accuracy | head -n 1)" = "$own" ] || fail "fp32 errs: $(cat rows.csv)"
    column accuracy | tail -n +2 | awk -v least="$1" '$1 < least { exit 1 }' || fail "modes err: $(cat rows.csv)"
}

# Two inputs of real numbers, which are worth nothing when they change places.
expect 0 run --model recommender.tflite --data user=user.npy --data item=item.npy \
    --labels class.npy --metric top1 $quick
right 95 62
cat >p.yaml <<'END'
model: recommender.tflite
data: {inputs: {item: item.npy, user: user.npy}, labels: class.npy, first: 2}
calibration: {inputs: {user: user.npy, item: 'random:62'}, count: 0}
measure: {seconds: 0.1, min_rounds: 2, max_rounds: 2, profile_seconds: 0}
END
expect 0 run p.yaml --csv rows.csv
right 90 60
expect 0 quantize recommender.tflite --mode int8 --calibration user=user.npy \
    --calibration item=item.npy -o int8.tflite
grep -q 'calibrated on 62 samples' out || fail "other samples: $(cat out)"
expect 0 run --model recommender.tflite --data random:20 $quick
right 90 20

# Two outputs.
expect 0 run --model heads.tflite --data user.npy --labels user-class.npy $quick
right 95 62

# Whole numbers of two types from arrays of a third one, and drawn ones.
expect 0 run --model tokens.tflite --data ids=ids.npy --data there=there.npy \
    --labels word-class.npy $quick
right 100 62
expect 0 run --model tokens.tflite --data ids=whole.npy --data there=there.npy \
    --labels word-class.npy $quick
right 100 62
expect 0 run --model tokens.tflite --data random:50 $quick
expect 0 run --model synth:bert-tiny-ids:size=8 --data random:8 $quick --journal ids.jsonl
right 0 8
# Ids are cast one after the other, which costs nothing beside the rest.
grep -q '"shares":{.*"cast_any_reference":0.0' ids.jsonl || fail "nothing is told of the cast's time"
! grep -q 'cast_any' out || fail "a trifle is said to be slow: $(cat out)"

# What is refused, and what is said.
refused() {
    local words=$1
    shift
    "$QUANTOP" run --model "$@" --modes fp32 --seconds 0.1 >out 2>err &&
        fail "quantop run --model $* went well"
    grep -q -e "$words" out err || fail "no '$words' in: $(cat out err)"
}
refused "one data set for all inputs.*'user', 'item'" recommender.tflite --data user.npy
refused "no samples for input 'item'.*'user', 'item'" recommender.tflite --data user=user.npy
refused "unknown input 'users', nearest is 'user'" recommender.tflite --data users=user.npy
refused "61 samples for input 'item', but there are 62 for input 'user'" recommender.tflite \
    --data user=user.npy --data item=fewer.npy
refused "12 elements) do not fit the input .* of 'item'" recommender.tflite \
    --data user=user.npy --data item=user.npy
refused "half.npy: element 2 of sample 3 is 1.5, expected a whole number" tokens.tflite \
    --data ids=half.npy --data there=there.npy
refused "large.npy: element 1 of sample 5 is 1099511627776, expected .* int32" tokens.tflite \
    --data ids=large.npy --data there=there.npy
refused "beyond.npy: sample 5: element 1 of input 'ids' is 40, .* rows 0 to 39" tokens.tflite \
    --data ids=beyond.npy --data there=there.npy
refused "whole numbers as they are" tokens.tflite --data ids=ids.npy --data there=there.npy \
    --scale 2
expect 4 quantize tokens.tflite --mode int8 --data ids=beyond.npy --data there=there.npy -o x.tflite
says "beyond.npy: sample 5: element 1 of input 'ids' is 40"
expect 3 run --model tokens.tflite --data ids=ids.npy --data ids=ids.npy
says "two data sets for input 'ids'"

# infer takes the same care.
{ head -c 32 /dev/zero && printf '\1\0\0\0\0\0\0\0%.0s' 1 2 3 4 5 6 7 8; } >good.bin
{ printf '\50\0\0\0' && tail -c +5 good.bin; } >bad.bin
expect 0 infer tokens.tflite -i good.bin -o y.bin
cat good.bin bad.bin >both.bin
{ head -c 32 /dev/zero && printf '\50\0\0\0' && head -c 28 /dev/zero; } >bad-ids.bin
expect 4 infer tokens.tflite -i both.bin -o y.bin
says "both.bin: sample 1: element 0 of input 'ids' is 40"

# Row numbers that the graph computes are looked at while it runs: ids up to 36 are 3 less than there are rows.
expect 4 infer shifted.tflite -i bad-ids.bin -o y.bin
says "bad-ids.bin: sample 1: shifted.tflite: node 1 (GATHER): element 0 of the indices is 43, .* rows 0 to 39"
expect 0 run --model shifted.tflite --data ids.npy --modes fp32 --seconds 0.1 --count 1
# Behind the samples that are timed, too, where the first ones are left out: numbers are those of the file.
{
    head -c $(($(stat -c %s ids.npy) - 62 * 64)) ids.npy
    head -c $((20 * 64)) /dev/zero
    printf '\47\0\0\0\0\0\0\0'
    head -c $((42 * 64 - 8)) /dev/zero
} >late.npy
expect 4 run --model shifted.tflite --data late.npy --first 5 --modes fp32 --seconds 0.1
grep -q 'score: sample 20: shifted.tflite: node 1 (GATHER): element 0 of the indices is 42' out ||
    fail "the sample is not named: $(cat out)"
refused "shifted fp32 on 1 failed: .*node 1 (GATHER): element . of the indices is 4[0-9], .* rows 0 to 39" shifted.tflite --data ids.npy

# A fixed batch of 4: 60 of 62 samples are scored, each by itself, and latency is per batch.
expect 0 run --model batch.tflite --data user.npy --labels user-class.npy $quick --journal run.jsonl
right 95 60
grep -q 'batch: the last 2 samples do not fill a batch' out || fail "nothing said: $(cat out)"
grep -q '"batch":4' run.jsonl || fail "no batch in the journal"
grep -q 'per sample ms' out || fail "no latency per sample: $(cat out)"
paste <(column latency_ms) <(column sample_ms) | awk '{ if ($1 / $2 < 3.999 || $1 / $2 > 4.001) exit 1 }' ||
    fail "not a quarter of the latency: $(cat rows.csv)"
expect 0 run --model heads.tflite --data user.npy --labels user-class.npy $quick
! grep -q 'per sample' out || fail "a latency per sample without a batch"

cases=${QUANTOP_SHARED:-}/cases
if [ ! -d "$cases/tokens-int64" ]; then
    echo "SKIP $name: no QUANTOP_SHARED, so not all cases were tried"
    exit 0
fi
expect 0 run --model "$cases/tokens-int64/text.onnx" --data "$cases/tokens-int64/ids.npy" $quick
right 25 64
expect 4 infer "$cases/tokens-int64/text.onnx" -i "$cases/tokens-int64/out_of_vocabulary.bin" -o y.bin
says "element 0 of input 'ids' is 5000, .* rows 0 to 199"
# Labels and samples were drawn apart: one is right by chance, as reading both files shows.
expect 0 run --model "$cases/batch-of-eight/net.onnx" --data "$cases/batch-of-eight/x.npy" \
    --labels "$cases/batch-of-eight/y.npy" $quick
[ "$(column scored_samples | sort -u)" = 64 ] || fail "not 64 samples: $(cat rows.csv)"
[ "$(column accuracy | head -n 1)" = 1.5625 ] || fail "another accuracy: $(cat rows.csv)"
paste <(column latency_ms) <(column sample_ms) | awk '{ if ($1 / $2 < 7.999 || $1 / $2 > 8.001) exit 1 }' ||
    fail "not an eighth of the latency: $(cat rows.csv)"
