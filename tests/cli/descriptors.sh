#!/bin/bash
# Descriptors do not grow with the number of models: a run of many goes through with few.
. "$(dirname "$0")/lib.bash"

models=()
for i in $(seq 1 40); do
    cp "$SOURCE/data/mlp.tflite" "$scratch/m$i.tflite"
    models+=(--model "$scratch/m$i.tflite")
done
ulimit -n 40
expect 0 run "${models[@]}" --modes fp32,int8:effort=0 --data random:4 -q --csv "$scratch/rows.csv" --set measure.max_rounds=1 \
    --set measure.block_ms=1 --set measure.warmup_ms=1 --set measure.seconds=0.01 \
    --set measure.profile_seconds=0
[ "$(grep -c ',done,' "$scratch/rows.csv")" = 80 ] || fail "rows are lost: $(cat "$scratch/rows.csv")"
exit 0
