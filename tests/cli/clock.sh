#!/bin/bash
# A wall clock that jumps while a run goes on, ahead and back, changes when the run says that it began and nothing
# else: no time of the journal, no row, no limit, and the run can be resumed.
. "$(dirname "$0")/lib.bash"

compile_preload jump
quick_profile 'fp32, {mode: int8, effort: 0}'
sed -i 's/^measure.*/measure: {seconds: 0.2, min_rounds: 2, max_rounds: 3, block_ms: 2, warmup_ms: 1, profile_seconds: 0.02}/
        s/count: 200/count: 50/' "$scratch/quick.yaml"

# Seconds since the beginning only grow, and are as many as those that passed; times of inferences are times.
sound() { # journal, seconds that passed at most
    sed -n 's/.*"t":\([-0-9.e+]*\).*/\1/p' "$1" | awk -v most="$2" '
        $1 < last || $1 < 0 || $1 > most { print "a time of " $1 " behind " last; bad = 1 }
        { last = $1 }
        END { exit bad || NR < 10 }' || fail "$1: the journal's times jump"
    grep -o '"ns":\[[^]]*' "$1" | grep -o '[-0-9.e+]*$\|[-0-9.e+]*,' | tr -d , |
        awk '$1 <= 0 || $1 > 1e9 { print; bad = 1 } END { exit bad || NR < 10 }' || fail "$1: times of inferences jump"
    [ "$(grep -c '"event":"end"' "$1")" = 1 ] || fail "$1: not one end"
}
rows() {
    [ "$(grep -c ',done,' "$scratch/rows.csv")" = 4 ] || fail "$1: rows are lost: $(cat "$scratch/rows.csv")"
}
export LD_PRELOAD=$scratch/jump.so
SECONDS=0
expect 0 run "$scratch/quick.yaml" -q --journal "$scratch/j.jsonl" --csv "$scratch/rows.csv"
sound "$scratch/j.jsonl" $((SECONDS + 1))
rows run
year=$(sed -n 's/.*"started":"\([0-9]*\)-.*/\1/p' "$scratch/j.jsonl" | head -n 1)
[ "$year" != "$(env -u LD_PRELOAD date +%Y)" ] || fail "the clock did not jump: $year"

# The first row is there; the others come while the clock says that they were before it.
awk '{ print } /"event":"done"/ { exit }' "$scratch/j.jsonl" >"$scratch/part.jsonl"
expect 0 run -q --resume "$scratch/part.jsonl" --csv "$scratch/rows.csv"
sound "$scratch/part.jsonl" $((SECONDS + 1))
rows resume
exit 0
