#!/bin/bash
# A worker that is killed costs its row, with the reason; a parent that is killed loses no row that is
# finished.
. "$(dirname "$0")/lib.bash"

quick_profile 'fp32, {mode: int8, effort: 0}, {mode: 16x8, effort: 0}'
"$QUANTOP" run "$scratch/quick.yaml" --journal "$scratch/worker.jsonl" --csv "$scratch/worker.csv" \
    >"$scratch/out" 2>&1 &
parent=$!
for _ in $(seq 200); do
    worker=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null | awk '{ print $1 }')
    [ -n "$worker" ] && kill -9 "$worker" 2>/dev/null && break
    sleep 0.01
done
wait $parent
status=$?
[ $status = 5 ] || fail "a killed worker: exit status $status, expected 5: $(cat "$scratch/out")"
failed=$(grep -c ',failed,' "$scratch/worker.csv")
[ "$failed" = 1 ] || fail "$failed rows failed, expected 1"
grep -q 'signal 9\|killed' "$scratch/worker.csv" || fail "the row does not say why"

quick_profile 'fp32, {mode: int8, effort: 0}' 'measure: {seconds: 4, min_rounds: 50, interval_percent: 0.1, profile_seconds: 0}'
sed -i '0,/^measure/{/^measure/d}' "$scratch/quick.yaml"
"$QUANTOP" run "$scratch/quick.yaml" --journal "$scratch/parent.jsonl" >"$scratch/out" 2>&1 &
parent=$!
for _ in $(seq 600); do
    [ -f "$scratch/parent.jsonl" ] && grep -q '"event":"done"' "$scratch/parent.jsonl" && break
    sleep 0.05
done
kill -9 $parent
wait $parent 2>/dev/null
expect 0 view "$scratch/parent.jsonl" --csv "$scratch/parent.csv"
grep -q ',done,' "$scratch/parent.csv" || fail "no finished row is left: $(cat "$scratch/parent.csv")"
