#!/bin/bash
# Models that keep variables from run to run: scores follow the sequences of the samples in every mode and
# on any number of threads, and networks of others compute what LiteRT computes.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1
"$BUILD/tests/cli/make_models" . || fail "no models"
modes=fp32,dynamic,int8,int8-io,16x8,fp16
quick="--modes $modes --seconds 0.1 --set measure.max_rounds=2 --set measure.min_rounds=2 --csv rows.csv"

column() { # column $1 of all rows
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { print $at }' rows.csv
}
right() { # fp32 is right about all samples, all six modes about at least $1 %
    [ "$(column state | grep -c '^done$')" = 6 ] || fail "not all rows are done: $(cat rows.csv)"
    [ "$(column accuracy | head -n 1)" = 100 ] || fail "fp32 errs: $(cat rows.csv)"
    column accuracy | awk -v least="$1" '$1 < least { exit 1 }' || fail "modes err: $(cat rows.csv)"
}

# Sequences of 5 samples, shared among threads. A sequence is what the labels say, neither more nor less.
walks="--model memory.tflite --data steps.npy --labels walk-class.npy"
expect 0 run $walks --set data.sequence=5 $quick
right 90
grep -q 'keeps 1 variable from sample to sample: a sequence has 5' out || fail "nothing said: $(cat out)"
for sequence in 0 1 7; do
    expect 0 run $walks --set data.sequence=$sequence --modes fp32 --seconds 0.1 --csv rows.csv
    awk -v a="$(column accuracy)" 'BEGIN { exit !(a > 20 && a < 95) }' ||
        fail "sequences of $sequence: $(cat rows.csv)"
done
expect 0 run $walks --modes fp32 --seconds 0.1
grep -q 'all samples count as one sequence' out || fail "nothing said: $(cat out)"

# One long sequence runs on one thread, whatever their number: the same scores.
cpus=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status | tr ',' '\n' |
    awk -F- '{ for (i = $1; i <= $NF; i++) print i }' | head -n 2 | paste -sd,)
if command -v taskset >/dev/null && [ "${cpus%,*}" != "$cpus" ]; then
    for list in "${cpus%,*}" "$cpus"; do
        taskset -c "$list" "$QUANTOP" run $walks --modes fp32,int8 --seconds 0.1 --journal "$list.jsonl" \
            >out 2>err || fail "on the CPUs $list: $(cat out err)"
        grep '"scores"' "$list.jsonl" | grep -o '"top1":[^]]*' >"$list.top1"
        [ "$(wc -l <"$list.top1")" = 2 ] || fail "not one list of scores for each mode: $(cat "$list.top1")"
    done
    cmp "${cpus%,*}.top1" "$cpus.top1" || fail "threads decide what a sequence gives"
else
    echo "SKIP $name: no taskset or one CPU alone, so one long sequence was not run on two"
fi

# What a batch cannot say is refused, what it can say is not.
expect 0 run --model memories.tflite --data steps.npy --set data.sequence=1 --modes fp32,int8 --seconds 0.1
! "$QUANTOP" run --model memories.tflite --data steps.npy --modes fp32 --seconds 0.1 >out 2>err ||
    fail "a batch of one sequence went well"
grep -q -e 'a run takes 2 samples, and the model keeps variables' out err || fail "no reason: $(cat out err)"
! "$QUANTOP" convert memory.tflite -o memory.onnx 2>err || fail "variables in an .onnx file"
says "variable 'way', which is kept from run to run, cannot be expressed in .onnx files"

# Every mode's file keeps the variable.
for mode in fp32 int8 16x8 fp16; do
    expect 0 quantize memory.tflite --mode $mode --calibration steps.npy --set data.sequence=5 -o $mode.tflite
    expect 0 inspect $mode.tflite
    grep -q "^variable 0: 'way', float32 1x12$" out || fail "$mode: $(cat out)"
done

cases=${QUANTOP_SHARED:-}/cases/streaming-variables
if [ ! -d "$cases" ]; then
    echo "SKIP $name: no QUANTOP_SHARED, so not all cases were tried"
    exit 0
fi
bytes() { # $1 bytes below $2, the same every time
    printf '%b' "$(awk -v n="$1" -v m="$2" 'BEGIN {
        for (x = 5; i < n; i++) { x = x * 16807 % 2147483647; printf "\\0%03o", x % m } }')"
}
gives() { # model $1 makes of in.bin what LiteRT makes of it: $2, in hexadecimal
    expect 0 infer "$cases/$1.tflite" -i in.bin -o out.bin
    [ "$(od -An -v -tx1 out.bin | tr -d ' \n')" = "$2" ] || fail "$1: $(od -An -v -tx1 out.bin)"
    expect 0 convert "$cases/$1.tflite" -o again.tflite
    expect 0 infer again.tflite -i in.bin -o again.bin
    cmp out.bin again.bin || fail "$1, written again"
    expect 0 run --model "$cases/$1.tflite" --data random:40 --modes as-is --seconds 0.1
}

# A streaming network: resources that a subgraph initializes.
bytes 7200 60 >in.bin
gives vad \
    "040504020101010103040201000000000000000000000000000000000000000000000000000000000000000000000000"\
"000000000000000000000000"
expect 0 inspect "$cases/vad.tflite"
[ "$(grep -c '^variable' out)" = 4 ] || fail "variables: $(cat out)"
# An integer LSTM, whose states are variable tensors; alone, each sample gives something else.
bytes 9408 40 >in.bin
gives keras_lstm_mnist_ptq \
    "16014f1c0336130c25010201160d00a8012f02010100050800e90105020001000e0b00d6010a03010300221000b20210"\
"06010100040500ef000501000100060800e3000c010002000e0c00d0020c040103000a0700d9020a060103000b0800d3"\
"030b080104000d0700c2022003010a013111008806170c01"
expect 0 infer "$cases/keras_lstm_mnist_ptq.tflite" -i in.bin -o whole.bin
expect 0 infer "$cases/keras_lstm_mnist_ptq.tflite" -i in.bin -o alone.bin --set data.sequence=1
for i in 0 5 11; do
    head -c $((784 * (i + 1))) in.bin | tail -c 784 >one.bin
    expect 0 infer "$cases/keras_lstm_mnist_ptq.tflite" -i one.bin -o one.out
    cmp one.out <(head -c $((10 * (i + 1))) alone.bin | tail -c 10) || fail "sample $i is not alone"
done
! cmp -s whole.bin alone.bin || fail "states are not kept"
