#!/bin/bash
# A journal that somebody else writes is followed; an unfinished line waits, a bad one is told of.
. "$(dirname "$0")/tmux.bash"

sample=$here/sample.jsonl
growing=$scratch/growing.jsonl
lines=$(wc -l <"$sample")

open_terminal 80 24
head -n 12 "$sample" >"$growing"
run_program view growing.jsonl
wait_for '^quantop  sample run.*following'
wait_for '0 of 5 rows finished'
wait_for_selected fp32
keys j
wait_for_selected dynamic

printf '{"event":"no such' >>"$growing"
wait_for 'last line unfinished'
printf ' event"}\n{"event":"done","trial":4711}\n' >>"$growing"
wait_for 'growing.jsonl:14'

tail -n "+13" "$sample" >>"$growing"
wait_for '^quantop  sample run.*done'
wait_for '5 of 5 rows finished, 1 failed'
wait_for_selected dynamic
[ "$lines" -gt 13 ] || fail "the sample is too short"
keys q
check_clean
