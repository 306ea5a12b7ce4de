#!/bin/bash
# What took over a kernel can do nothing: a build that has it planted is killed, its row says so, and the others
# go on. Without the sandbox it would come off, and that it is missing is said.
. "$(dirname "$0")/lib.bash"
"$QUANTOP" topology >"$scratch/out" || fail 'no topology'
grep -q '^sandbox of workers: ' "$scratch/out" || fail "topology does not tell: $(cat "$scratch/out")"
state=$(sed -n 's/^sandbox of workers: //p' "$scratch/out")
case $state in
*seccomp*) ;;
*)
    echo "SKIP sandbox: there is none here: $state"
    exit 77
    ;;
esac

good=$QUANTOP
planted=$BUILD/tests/cli/planted
[ -x "$planted" ] || fail 'tests/cli/planted is not built'
run=(--model "$SOURCE/data/mlp.tflite" --modes fp32 --data random:4 --set measure.max_rounds=2
    --set measure.seconds=0.1 --set measure.block_ms=1 -q)
tried() { # attempt, options...
    local attempt=$1
    shift
    rm -f "$scratch/target"
    [ "$attempt" = unlink ] && : >"$scratch/target"
    QUANTOP_PLANTED=$attempt QUANTOP_PLANTED_PATH=$scratch/target \
        "$planted" run "${run[@]}" --csv "$scratch/rows.csv" "$@" >"$scratch/out" 2>&1
    status=$?
}
killed='the sandbox killed the worker'
for attempt in write make connect exec fork ptrace unlink; do
    tried "$attempt"
    [ $status = 4 ] || fail "$attempt: ended with $status: $(cat "$scratch/out")"
    grep -q "$killed" "$scratch/rows.csv" || fail "$attempt: the row does not say so: $(cat "$scratch/rows.csv")"
    [ "$attempt" = unlink ] || [ ! -e "$scratch/target" ] || fail "$attempt: it came off"
done
[ -e "$scratch/target" ] || fail 'unlink: it came off'
for attempt in kill code; do
    tried "$attempt"
    grep -q "$killed" "$scratch/rows.csv" || fail "$attempt: $(cat "$scratch/rows.csv")"
done

# The test itself: without the sandbox all of it comes off, and the row says what was missing.
for attempt in write make connect fork code unlink read; do
    tried "$attempt" --no-sandbox
    grep -q "planted: $attempt came off" "$scratch/rows.csv" "$scratch/out" ||
        fail "$attempt is no attempt: $(cat "$scratch/rows.csv" "$scratch/out")"
done
tried exec --no-sandbox
[ -e "$scratch/target" ] || fail 'exec is no attempt'

# Files: what the order does not name is not read, with landlock.
case $state in
*landlock*)
    tried read
    grep -q 'planted: read failed' "$scratch/rows.csv" "$scratch/out" || fail "read: $(cat "$scratch/out")"
    ;;
*) echo "SKIP sandbox: files are not kept from reading: $state" ;;
esac

# The others go on, and rows say what confined them.
QUANTOP=$good
expect 0 run "${run[@]}" --journal "$scratch/j.jsonl" --csv "$scratch/rows.csv"
grep -q seccomp "$scratch/rows.csv" || fail "the row does not tell: $(cat "$scratch/rows.csv")"
grep -q '"sandbox":"seccomp' "$scratch/j.jsonl" || fail 'the journal does not tell'
expect 0 run "${run[@]}" --no-sandbox --csv "$scratch/rows.csv" --json "$scratch/rows.json"
grep -q 'none (off: --no-sandbox)' "$scratch/rows.csv" || fail "the row does not say that there is none"
grep -q 'weaker sandbox than there should be (off: --no-sandbox)' "$scratch/rows.json" || fail 'no warning'

# inspect confines itself: what it prints finds a full pipe, and while it waits there it may do nothing else.
mkfifo "$scratch/pipe"
{
    echo "$BASHPID" >"$scratch/pid"
    head -c 65536 /dev/zero
    exec "$QUANTOP" inspect "$SOURCE/data/mlp.tflite"
} >"$scratch/pipe" &
exec 5<"$scratch/pipe"
for _ in $(seq 500); do
    confined=$(grep '^Seccomp:.*2$' "/proc/$(cat "$scratch/pid" 2>/dev/null)/status" 2>/dev/null) && break
    sleep 0.01
done
[ -n "$confined" ] || fail 'inspect is not confined'
cat <&5 | grep -aq 'total: 5 operators' || fail 'inspect prints nothing, where it is confined'
exec 5<&-

# All kinds of data, with threads.
quick_profile 'fp32, {mode: int8, effort: 0}, dynamic'
sed -i 's/^placement:.*/placements: [1, threads]/; s/^measure.*/measure: {seconds: 0.2, max_rounds: 2, profile_seconds: 0}/' "$scratch/quick.yaml"
expect 0 run "$scratch/quick.yaml" --csv "$scratch/rows.csv"
[ "$(grep -c ',done,' "$scratch/rows.csv")" = 12 ] || fail "rows are lost: $(cat "$scratch/rows.csv")"
exit 0
