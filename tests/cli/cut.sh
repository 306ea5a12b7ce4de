#!/bin/bash
# A model and its samples that are cut short while a run goes on: what was read stays as it was, or the row fails with
# its reason. No process dies of it, and the other rows go on.
. "$(dirname "$0")/lib.bash"

# Cuts the files off when the journal has the event, at the latest when the run is over.
cut_at() { # event
    cp "$SOURCE/data/narrow.tflite" "$scratch/cut.tflite"
    gzip -dc "$SOURCE/data/test-images.idx.gz" >"$scratch/images.idx"
    cp "$SOURCE/data/test-labels.idx.gz" "$scratch/labels.idx.gz"
    rm -f "$scratch/j.jsonl" "$scratch/rows.csv"
    "$QUANTOP" run --model "$scratch/cut.tflite" --model "$SOURCE/data/mlp.tflite" --modes fp32,int8:effort=0 \
        --data "$scratch/images.idx" --labels "$scratch/labels.idx.gz" --set data.first=2000 --set calibration.count=50 \
        --set preprocess.scale=0.00392156862745098 --set measure.seconds=0.2 --set measure.max_rounds=3 \
        --set measure.block_ms=2 --set measure.warmup_ms=1 --set measure.profile_seconds=0.02 -q \
        --journal "$scratch/j.jsonl" --csv "$scratch/rows.csv" >"$scratch/out" 2>"$scratch/err" &
    local run=$!
    until grep -qs "\"event\":\"$1\"" "$scratch/j.jsonl" || ! kill -0 $run 2>/dev/null; do sleep 0.01; done
    truncate -s 1000 "$scratch/cut.tflite" "$scratch/images.idx"
    truncate -s 20 "$scratch/labels.idx.gz"
    wait $run
    status=$?
    [[ $status = [045] ]] || fail "$1: ended with $status: $(cat "$scratch/err")"
    grep -qs "\"event\":\"$1\"" "$scratch/j.jsonl" || fail "$1: there was none: $(cat "$scratch/err")"
    [ "$(grep -cE ',(done|failed),' "$scratch/rows.csv")" = 4 ] || fail "$1: rows are lost: $(cat "$scratch/rows.csv")"
    ! grep -iE 'signal|killed' "$scratch/rows.csv" "$scratch/err" || fail "$1: a process died"
    [ "$(grep -c '"event":"end"' "$scratch/j.jsonl")" = 1 ] || fail "$1: not one end"
}
for event in trial prepared block scores; do
    cut_at $event
done
exit 0
