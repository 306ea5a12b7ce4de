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
# The sum of the steps' times over the median of the inferences that the same process timed, just before: a machine
# that has others may be half as fast some seconds later, with all rows.
ratios() {
    awk '/"event":"block".*"process":0[,}]/ {
            match($0, /"trial":[0-9]+/); trial = substr($0, RSTART + 8, RLENGTH - 8)
            match($0, /"ns":\[[^]]*/); n = split(substr($0, RSTART + 6, RLENGTH - 6), ns, ",")
            for (i = 1; i <= n; i++) print trial, ns[i] > "times" }
        /"event":"steps"/ {
            match($0, /"trial":[0-9]+/); trial = substr($0, RSTART + 8, RLENGTH - 8); sum = 0
            n = split($0, part, /"ns":/)
            for (i = 2; i <= n; i++) sum += part[i] + 0
            print trial, sum > "sums" }' "$1"
    sort -k1,1n -k2,2n times | awk '{ ns[$1, ++n[$1]] = $2 }
        END { while ((getline line < "sums") > 0) { split(line, s, " ")
                print s[2] / ns[s[1], int((n[s[1]] + 1) / 2)] } }'
}
for try in 1 2 3 4 5 6; do
    rm -f times sums
    expect 0 run --model "$model" --data random:8 --modes $modes --seconds 2 --journal "$try.jsonl"
    ratios "$try.jsonl" >ratios
    [ "$(wc -l <ratios)" = 6 ] || fail "$(wc -l <ratios) of 6 rows have steps"
    [ -n "${QUANTOP_SANITIZERS:-}" ] && exit 0
    awk '{ if ($1 < 0.95 || $1 > 1.05) bad = 1 } END { exit bad }' ratios && exit 0
    echo "try $try: $(tr '\n' ' ' <ratios)"
done
fail "the steps' times do not make up an inference"
