#!/bin/bash
# The profiling pass: every row has its steps, in each mode, unless it is switched off; and their
# times make up an inference. A noisy machine disturbs both sides, so that is tried a few times.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1

model="$SOURCE/data/mobilenet.tflite"
expect 0 run --model "$model" --data random:8 --modes fp32,int8 --seconds 0.2 --set measure.profile_seconds=0 \
    --journal none.jsonl
grep -q '"event":"steps"' none.jsonl && fail "steps though nothing was to be profiled"

modes=fp32,dynamic,int8,int8-io,16x8,fp16
# The sum of the steps' times over the median of the inferences between them that nobody watched.
ratios() {
    awk '/"event":"steps"/ {
            match($0, /"whole_ns":[0-9.]+/); whole = substr($0, RSTART + 11, RLENGTH - 11); sum = 0
            n = split($0, part, /"ns":/)
            for (i = 2; i <= n; i++) sum += part[i] + 0
            print sum / whole }' "$1"
}
for try in 1 2 3 4 5 6; do
    expect 0 run --model "$model" --data random:8 --modes $modes --seconds 2 --journal "$try.jsonl"
    ratios "$try.jsonl" >ratios
    [ "$(wc -l <ratios)" = 6 ] || fail "$(wc -l <ratios) of 6 rows have steps"
    [ -n "${QUANTOP_SANITIZERS:-}" ] && exit 0
    awk '{ if ($1 < 0.95 || $1 > 1.05) bad = 1 } END { exit bad }' ratios && exit 0
    echo "try $try: $(tr '\n' ' ' <ratios)"
done
fail "the steps' times do not make up an inference"
