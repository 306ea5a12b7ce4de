#!/bin/bash
# What libraries print in a worker is none of the program's business: the rows and the status are as
# without, and the journal holds the events that it always holds.
. "$(dirname "$0")/lib.bash"

quick_profile 'fp32, {mode: int8, effort: 0}' 'constraints: {max_drop: 50}'

# The columns of a CSV that do not differ from run to run.
rows() {
    sed 1q "$1" | tr , '\n' | grep -nE '^(model|mode|size_bytes|accuracy|drop|state)$' |
        cut -d: -f1 | paste -sd, >"$scratch/fields"
    cut -d, -f"$(cat "$scratch/fields")" "$1"
}

run() { # name, variable of the environment
    local name=$1
    shift
    env "$@" "$QUANTOP" run "$scratch/quick.yaml" --journal "$scratch/$name.jsonl" \
        --csv "$scratch/$name.csv" >"$scratch/out" 2>"$scratch/err"
    echo "status $?" >"$scratch/$name.rows"
    rows "$scratch/$name.csv" >>"$scratch/$name.rows"
    # what disturbs the machine comes and goes
    grep -o '"event":"[a-z]*"' "$scratch/$name.jsonl" | grep -v warning | sort -u >"$scratch/$name.events"
}

run quiet
[ "$(grep -c ,done "$scratch/quiet.rows")" = 4 ] || fail "not all rows done: $(cat "$scratch/quiet.rows")"

# The loader tells every process, workers too, that it cannot preload the file.
run noisy LD_PRELOAD=/usr/lib/libgone.so
grep -q 'libgone' "$scratch/err" || fail "the loader says nothing: the test tests nothing"
for what in rows events; do
    diff "$scratch/quiet.$what" "$scratch/noisy.$what" ||
        fail "noise on stderr changes the $what: $(cat "$scratch/out")"
done

# How a worker ends is between it and its parent.
printf '"event":"%s"\n' block done end fidelity memory network origins prepared process run scores state steps timed \
    trial >"$scratch/known"
diff "$scratch/known" "$scratch/quiet.events" || fail "the journal has other events"
