#!/bin/bash
# Runs that are started on one journal at once: one of them has it, the others are refused and leave it alone.
. "$(dirname "$0")/lib.bash"

quick_profile 'fp32' 'title: together'
sed -i 's/^measure.*/measure: {seconds: 0.1, max_rounds: 2, block_ms: 1, warmup_ms: 1, profile_seconds: 0}/
        s/^models.*/models: [data\/mlp.tflite]/' "$scratch/quick.yaml"
sed -i "s#data/mlp#$SOURCE/data/mlp#" "$scratch/quick.yaml"
for round in 1 2 3 4 5 6; do
    journal=$scratch/$round.jsonl
    [ $((round % 2)) = 0 ] && : >"$journal"
    pids=()
    for _ in 1 2 3; do
        "$QUANTOP" run "$scratch/quick.yaml" -q --journal "$journal" 2>>"$scratch/err" &
        pids+=($!)
    done
    had=0
    for pid in "${pids[@]}"; do
        wait "$pid"
        status=$?
        case $status in
        0) had=$((had + 1)) ;;
        3) ;;
        *) fail "ended with $status: $(cat "$scratch/err")" ;;
        esac
    done
    [ $had = 1 ] || fail "$had of three runs had one journal: $(cat "$scratch/err")"
    [ "$(grep -c '"event":"run"' "$journal")" = 1 ] || fail "not one run in the journal"
    expect 0 view "$journal" --csv "$scratch/rows.csv"
    [ "$(grep -c ',done,' "$scratch/rows.csv")" = 1 ] || fail "not one row: $(cat "$scratch/rows.csv")"
done

# What another run appended all the same (where a file system has no locks) is no figure.
cat "$scratch/1.jsonl" >"$scratch/both.jsonl"
sed -n '/"event":"block"/p' "$scratch/3.jsonl" >>"$scratch/both.jsonl"
"$QUANTOP" view "$scratch/both.jsonl" --table >"$scratch/out" 2>"$scratch/err"
says 'of another run'
exit 0
