#!/bin/bash
# Two runs are compared: from a folder of journals, from the start screen, and while one is played again.
. "$(dirname "$0")/tmux.bash"

runs=$scratch/runs
mkdir -p "$runs" "$scratch/state/quantop"
cp "$here/../unit/pages/run.jsonl" "$runs/new.jsonl"
sed 's/"host":"bench"/"host":"attic"/; s/"cpu":"Some CPU"/"cpu":"Other CPU"/; s/"started":"2026/"started":"2024/' \
    "$runs/new.jsonl" >"$runs/old.jsonl" # written to last, and yet the older run
head -n 20 "$runs/new.jsonl" | sed 's/"started":"2026/"started":"2025/' >"$runs/cut.jsonl"
echo 'no journal' >"$runs/other.jsonl"

# What is of one journal has no place with a folder, and without a screen there is the list as text.
"$program" view "$runs" --csv - >"$scratch/out" 2>&1 && fail "a folder is written as CSV"
grep -q -- "--csv is for one of its journals" "$scratch/out" || fail "--csv: $(cat "$scratch/out")"
"$program" view "$runs" >"$scratch/out" 2>&1 </dev/null || fail "a folder is not listed: $(cat "$scratch/out")"
grep -q '^old.jsonl  2024-01-02T03:04:05+0000  complete on attic: 6 of 6' "$scratch/out" ||
    fail "the list: $(cat "$scratch/out")"
"$program" view "$runs" --plain --size 80x12 >"$scratch/out" || fail "the list has no picture"
grep -q '^  2026-01-02 03:04  *6/6  complete on bench' "$scratch/out" || fail "the picture: $(cat "$scratch/out")"

# From the top of the list.
select_run() {
    keys g
    wait_for '^>.other.jsonl'
    until picture | grep -q "^>.$1-"; do
        keys j
        sleep 0.1
    done
}

open_terminal 100 30
run_program view runs
wait_for '^quantop  .*/runs +4 runs$'
wait_for '^  2024-01-02 03:04 +6/6  complete on attic  Two networks in three modes: dynamic'
wait_for '^> other.jsonl .*no journal that can be read'
select_run 2024
keys Space
wait_for '^.\+2024-01-02'
select_run 2026
keys c
wait_for '\[7\]History'
wait_for '^before +2024-01-02T03:04:05\+0000 on attic, Other CPU'
wait_for '^now +2026-01-02T03:04:05\+0000 on bench, Some CPU'
wait_for "before: the CPU differs: 'Some CPU', in the"
# One that is not over is no baseline: that is said where it was chosen.
keys 0
wait_for '^> 2024-'
select_run 2026
keys Space
wait_for '^.\+2026-'
select_run 2025
keys c
wait_for 'trouble +.*cut.jsonl: the run of this journal is not over'
keys q
check_clean

# Those of the state folder, on the start screen.
cp "$runs/new.jsonl" "$runs/old.jsonl" "$scratch/state/quantop"
mkdir "$scratch/w"
run_program w
wait_for '^quantop  .*/w +0 models, 2 runs$'
wait_for 'complete on attic'
keys G Space c
wait_for 'two runs are compared: Space tags the other one'
keys k c
wait_for '^before +2024-01-02T03:04:05\+0000 on attic, Other CPU'
keys q q
check_clean

# A run that is played again is held against the other one at its end, as it was when it was measured.
run_program view runs/new.jsonl --replay 0.5x --baseline runs/old.jsonl --screen history
wait_for 'This run was held against no other one'
for i in 1 2 3 4 5 6 7 8 9; do keys ']'; done
wait_for '^before +2024-01-02T03:04:05\+0000 on attic, Other CPU'
keys R
wait_for 'from the beginning'
wait_for '^before +2024-01-02T03:04:05\+0000 on attic, Other CPU'
keys q q
check_clean
