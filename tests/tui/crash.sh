#!/bin/bash
# A worker that crashes costs its row: the screen stays as it is, the run goes on, and the journal tells.
. "$(dirname "$0")/tmux.bash"

model=$here/../../data/mlp.tflite
[ -r "$model" ] || skip "there is no '$model'"
open_terminal 80 24
run_program --model "'$model'" --data random:8 --modes fp32,dynamic --set measure.min_rounds=9000 \
    --set measure.max_rounds=9000 --set measure.process_rounds=9000 --journal run.jsonl
wait_for '^quantop .*running$'
wait_for 'timing, round [1-9][0-9]' 20
# One that crashes while it waits for its turn is started anew; while it computes, its row is lost.
for _ in $(seq 40); do
    kill -SEGV "$(descendants "$(pid)" | head -n 1)"
    sleep 0.3
    picture | grep -q '^.! ' && break
done
wait_for '^.! ' 20
wait_for '^quantop .*running$'
keys G
wait_for '^>.*dynamic'
picture | grep -q '^>!' || keys g
wait_for '^ failed +time: .*signal 11' 20
wait_for 'Help.*Quit'
workers=$(descendants "$(pid)")
keys X y
wait_for '^quantop .*stopped$'
keys q
check_clean
# shellcheck disable=SC2086
wait_until_ended "$(pid)" $workers
grep -q '"event":"failed".*signal 11' "$scratch/run.jsonl" || fail "the journal does not tell of the crash"
tail -n 1 "$scratch/run.jsonl" | grep -q '"event":"stopped"' || fail "the journal is not whole"
