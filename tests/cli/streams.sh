#!/bin/bash
# Streams and disks that take nothing: closed at the start, or full. It is said, and no success.
. "$(dirname "$0")/lib.bash"
[ -w /dev/full ] || {
    echo 'SKIP streams: no /dev/full'
    exit 77
}

quick_profile 'fp32' 'title: streams'
sed -i 's/^measure.*/measure: {seconds: 0.2, max_rounds: 2, profile_seconds: 0}/' "$scratch/quick.yaml"

status_of() { # wanted, what
    local got=$?
    [ $got = "$1" ] || fail "$2: ended with $got, expected $1: $(cat "$scratch/out" "$scratch/err" 2>/dev/null)"
}

# Closed: nothing else takes the place of what is closed.
"$QUANTOP" run "$scratch/quick.yaml" --journal "$scratch/out.jsonl" >&- 2>"$scratch/err"
[ $? != 0 ] || fail 'a table that nobody saw was a success'
grep -q -v '^{' "$scratch/out.jsonl" && fail "the journal holds what was printed: $(cat "$scratch/out.jsonl")"
"$QUANTOP" run "$scratch/quick.yaml" -q --journal "$scratch/quiet.jsonl" <&- >&- 2>&-
status_of 0 'nothing to print'
grep -q -v '^{' "$scratch/quiet.jsonl" && fail "the journal holds what was printed: $(cat "$scratch/quiet.jsonl")"
tail -n 1 "$scratch/quiet.jsonl" | grep -q '"event":"end"' || fail 'the run did not end'
for command in --version --help modes topology "view $scratch/quiet.jsonl --table"; do
    # shellcheck disable=SC2086
    "$QUANTOP" $command >&- 2>"$scratch/err"
    status_of 4 "closed: $command"
    says 'standard output'
    # shellcheck disable=SC2086
    "$QUANTOP" $command >/dev/full 2>"$scratch/err"
    status_of 4 "full: $command"
done

# Full.
"$QUANTOP" run "$scratch/quick.yaml" -q --journal /dev/full --csv "$scratch/rows.csv" >"$scratch/out" 2>"$scratch/err"
status_of 4 'a full journal'
says 'cannot write the journal'
[ "$(grep -c ',done,' "$scratch/rows.csv")" = 2 ] || fail "rows are lost: $(cat "$scratch/rows.csv")"
"$QUANTOP" run "$scratch/quick.yaml" --csv /dev/full >"$scratch/out" 2>"$scratch/err"
status_of 4 'a full report'
says '/dev/full'
"$QUANTOP" run "$scratch/quick.yaml" >/dev/full 2>"$scratch/err"
[ $? != 0 ] || fail 'a table on a full disk was a success'

# A pipe as a journal: one that nobody reads is not waited for, and who reads gets all.
mkfifo "$scratch/pipe"
timeout -k 1 20 "$QUANTOP" run "$scratch/quick.yaml" -q --journal "$scratch/pipe" >"$scratch/out" 2>"$scratch/err"
status_of 4 'a journal that nobody reads'
says "$scratch/pipe: cannot create the journal: Broken pipe"
exec 7<>"$scratch/pipe"
timeout -k 1 20 "$QUANTOP" run "$scratch/quick.yaml" -q --journal "$scratch/pipe" >"$scratch/out" 2>"$scratch/err"
status_of 0 'a journal that somebody reads'
exec 8<"$scratch/pipe" 7>&-
tail -n 1 <&8 | grep -q '"event":"end"' || fail 'not all of the journal was read'
exec 8<&-

# A name that somebody prepared is not written through.
echo precious >"$scratch/precious"
# shellcheck disable=SC2016
QUANTOP=$QUANTOP SCRATCH=$scratch bash -c 'for end in $$ $$-0 $$-1; do
        ln -s "$SCRATCH/precious" "$SCRATCH/s.csv.$end.tmp"
    done
    exec "$QUANTOP" view "$SCRATCH/quiet.jsonl" --csv "$SCRATCH/s.csv"' >"$scratch/out" 2>&1
status_of 0 'a name that is taken'
[ -s "$scratch/s.csv" ] || fail 'no report'
[ "$(cat "$scratch/precious")" = precious ] || fail 'written through a link'
exit 0
