#!/bin/bash
# A finished run is played again: it waits, goes on faster, and ends as the run did.
. "$(dirname "$0")/tmux.bash"

sample=$here/sample.jsonl
refuse() { # what is said, options
    local said=$1
    shift
    ! "$program" view "$sample" --replay "$@" >"$scratch/out" 2>&1 </dev/null ||
        fail "--replay $* is not refused"
    grep -q -e "$said" "$scratch/out" || fail "--replay $* says: $(cat "$scratch/out")"
}
refuse 'needs a terminal' 10x
refuse 'no speed' fast
refuse 'no speed' 0
refuse '--plain does not go with' 10x --plain
refuse '--csv does not go with' 10x --csv -

open_terminal 80 24
run_program view "$sample" --replay 0.5x
wait_for '^quantop  sample run.*replaying$'
keys p
wait_for '^quantop  sample run.*replay paused$'
wait_for 'the replay waits until p'
keys ']' ']' ']'
wait_for 'of 0:04, 4x'
picture | grep -q 'replay paused$' || fail "the replay goes on by itself"
keys '['
wait_for 'of 0:04, 2x'
keys ']' ']' ']' ']' p
wait_for '^quantop  sample run.* done$'
wait_for '5 of 5 rows finished, 1 failed'
keys p
wait_for 'played to its end'
keys q
check_clean

# Without times the rounds are the pace.
sed 's/,"t":[0-9.]*//' "$sample" >"$scratch/timeless.jsonl"
run_program view timeless.jsonl --replay 4x
wait_for 'no times: a round is played as a second'
keys ']' ']' ']' ']'
wait_for '^quantop  sample run.* done$'
keys q
check_clean

run_program view "$sample"
keys p
wait_for 'nothing is played again: quantop view JOURNAL --replay'
keys q
check_clean
