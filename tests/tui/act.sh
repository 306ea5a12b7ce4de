#!/bin/bash
# A run is steered by keys and commands alone: it waits, a row is left out, one that failed is measured again, modes
# come and go. The journal has it all, another program sees it, and the table is right.
. "$(dirname "$0")/tmux.bash"

model=$here/../../data/mlp.tflite
[ -r "$model" ] || skip "there is no '$model'"

blocks() {
    grep -c '"event":"block"' "$scratch/run.jsonl"
}
command_line() {
    keys -l ":$1"
    keys Enter
}

open_terminal 100 30
run_program --model "'$model'" --data random:8 --modes fp32,dynamic,fp16 --set measure.min_rounds=1200 \
    --set measure.max_rounds=1200 --set measure.process_rounds=50 --set measure.block_ms=1 \
    --set measure.warmup_ms=1 --set measure.profile_seconds=0 --journal run.jsonl
wait_for '^quantop .*running$'
wait_for 'timing, round [1-9][0-9]' 20

# It waits between two rounds, which others see, and goes on.
keys p
wait_for '^quantop .*paused$'
grep -q '"event":"paused"' "$scratch/run.jsonl" || fail "the journal does not say that the run waits"
"$program" journals "$scratch" | grep -q '  paused on ' || fail "others do not see that the run waits"
before=$(blocks)
sleep 0.5
[ "$(blocks)" = "$before" ] || fail "blocks are measured in a pause"
keys X
wait_for 'Stop\?'
picture | grep -q 'is lost' && fail "something is said to be lost where nothing is done"
keys n
wait_until_gone 'Stop\?'
keys p
wait_for '^quantop .*running$'

# A row is left out; what cannot be done says why.
keys G
wait_for '^>.*fp16'
keys K
wait_for 'skipped: mlp, fp16 on 1'
keys K
wait_for 'nothing is left to skip: the row is skipped'

# A mode comes, at once; one that there is not has a nearest one.
command_line 'add mode bf61'
wait_for "nearest is 'bf16'"
keys C-u
keys -l 'add mode bf16'
keys Enter
wait_for 'bf16 takes part in 1 more rows'
wait_for '^ .* bf16 '

for _ in $(seq 200); do
    grep -q '"event":"block","trial":3' "$scratch/run.jsonl" && break
    sleep 0.05
done

# A row fails as its worker is killed while it computes, and is measured again.
# The journal says so before the screen does; whoever is killed meanwhile would fail, too.
for _ in $(seq 20); do
    kill -SEGV "$(descendants "$(pid)" | head -n 1)" 2>/dev/null
    for _ in $(seq 20); do
        grep -q '"event":"failed"' "$scratch/run.jsonl" && break 2
        sleep 0.05
    done
done
wait_for '^.!' 20
keys -l '/state:failed'
keys Enter
wait_for '^>!'
keys A
wait_for 'Measure again\?'
keys n
wait_until_gone 'Measure again\?'
wait_for '^>!'
keys A y
wait_for 'to be measured again: mlp'

# Whichever row it was, dynamic has figures again: rounds go on behind the last event of that.
for _ in $(seq 400); do
    sed -n '/"event":"resumed"/,$p' "$scratch/run.jsonl" | grep -q '"event":"block","trial":1' && break
    sleep 0.05
done

# A mode goes, with its figures.
command_line 'remove mode dynamic'
wait_for 'Remove\?'
keys y
wait_for 'dynamic takes part no more'

wait_for '^quantop .*done$' 60
keys q
check_clean
tail -n 1 "$scratch/run.jsonl" | grep -q '"event":"end"' || fail "the journal is not whole"
for event in paused continued skipped added failed resumed removed; do
    [ "$(grep -c "\"event\":\"$event\"" "$scratch/run.jsonl")" -ge 1 ] || fail "the journal has no '$event'"
done
"$program" view "$scratch/run.jsonl" --csv "$scratch/run.csv" >/dev/null || fail "the journal cannot be read"
# Whichever row failed: what stayed has a speedup, what was skipped its times, what was removed nothing.
states=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { print $at["mode"], $at["state"], $at["latency_ms"] != "", $at["speedup"] != "" || $at["mode"] == "fp16" }' \
    "$scratch/run.csv")
[ "$states" = "fp32 done 1 1
dynamic skipped 0 0
fp16 skipped 1 1
bf16 done 1 1" ] || fail "the table is: $states"

# Nobody steers what is only read.
run_program view run.jsonl
wait_for_selected 'fp32|mlp'
keys K
wait_for "not in this journal's process"
keys q
check_clean
