#!/bin/bash
# A runtime that computes wrongly, end to end: its library adds products of unsigned by signed bytes in 16 bits, as
# ONNX Runtime does on CPUs without VNNI. The row says that it names other classes than builtin, and what helps; and
# what helps does.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1
"$BUILD/tests/cli/make_models" . || fail "cannot make models"

cat >saturating.yaml <<END
models: [bright.tflite]
data: {samples: bright.npy, labels: bright-class.npy}
modes: [fp32, 'int8:effort=0', 'int8:effort=0,activations=int8', 'int8:effort=0,weight_bits=7']
runtimes: [builtin, onnxruntime]
placement: 1
measure: {min_rounds: 3, max_rounds: 3, block_ms: 1, seconds: 1, profile_seconds: 0.02}
END
expect 0 run saturating.yaml --onnxruntime "$BUILD/tests/cli/saturating.so" --isa avx2 --journal run.jsonl --csv rows.csv
cp out table
expect 0 why run.jsonl

# What is said below the row's heading.
said_of() {
    awk -v row="$1" '/^[^ ]/ { inside = index($0, row) == 1 } inside' out
}
for row in 'bright: fp32 on onnxruntime' 'bright: int8:effort=0 on builtin' \
    'bright: int8:activations=int8,effort=0 on onnxruntime' 'bright: int8:effort=0,weight_bits=7 on onnxruntime'; do
    said_of "$row," | grep -q us || fail "no row '$row': $(cat out)"
    said_of "$row," | grep -q other-classes && fail "'$row' is called out: $(cat out)"
done
said_of 'bright: int8:effort=0 on onnxruntime,' >wrong
sed -n 2p wrong | grep -q "^  other-classes: onnxruntime computes something else: for [0-9]* of 62 samples" ||
    fail "it is not called out first: $(cat wrong)"
sed -n 3p wrong | grep -q "activations=int8 or weight_bits=7, or run it on another CPU" || fail "no remedy: $(cat wrong)"

# What its library recorded in a file that it made is told of each row of it where calls are filtered, and nothing was
# left anywhere; else it is said why there is none.
left=$(find . -name '*now.json*')
[ -z "$left" ] || fail "a file is left: $left"
case $("$QUANTOP" topology) in
*'sandbox of workers: '*seccomp*)
    grep -c '"kernel": *"CPUExecutionProvider"' run.jsonl | grep -qx 4 || fail "no steps of onnxruntime: $(cat out)"
    expect 0 run saturating.yaml --onnxruntime "$BUILD/tests/cli/saturating.so" --modes fp32 --runtimes onnxruntime \
        --journal its.jsonl
    expect 0 view its.jsonl --plain --screen steps
    for line in 'sums  *Gemm' 'kernel  *CPUExecutionProvider' 'isa  *unknown' 'bytes .*unknown read'; do
        grep -q "$line" out || fail "no '$line' on the screen: $(cat out)"
    done
    ;;
esac
expect 0 run saturating.yaml --onnxruntime "$BUILD/tests/cli/saturating.so" --no-sandbox --modes fp32 \
    --runtimes onnxruntime --journal bare.jsonl
expect 0 why bare.jsonl
grep -q 'were not watched: the library writes a file for that' out || fail "no word on why there are no steps: $(cat out)"
expect 0 view bare.jsonl --plain --screen steps
grep -q 'steps are not known: the library writes a file' out || fail "the screen does not say why: $(cat out)"
