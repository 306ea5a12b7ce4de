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

# So do the commands that write a model, or run one: what is planted is killed, nothing is left of it, and the exit
# status is that of a crash.
head -c 3136 /dev/zero >"$scratch/in"
mkdir "$scratch/linked"
ln -s ../in "$scratch/linked/0.bin"
infer=(infer "$SOURCE/data/mlp.tflite" --input "$scratch/in" --output "$scratch/result")
quantize=(quantize "$SOURCE/data/mlp.tflite" --mode int8:effort=0 --data "$scratch/linked" --output "$scratch/q.tflite")
commanded() { # attempt, arguments...
    export QUANTOP_PLANTED=$1 QUANTOP_PLANTED_PATH=$scratch/target
    rm -f "$scratch/target"
    shift
    "$planted" "$@" >"$scratch/out" 2>&1
    status=$?
    unset QUANTOP_PLANTED
}
for attempt in write connect exec fork kill; do
    commanded "$attempt" "${infer[@]}"
    [ $status = 159 ] && grep -q 'the sandbox killed the process that reads it' "$scratch/out" ||
        fail "infer, $attempt: $status, $(cat "$scratch/out")"
    [ ! -e "$scratch/target" ] && [ ! -e "$scratch/result" ] || fail "infer, $attempt: it came off"
done
commanded write "${quantize[@]}"
[ $status = 159 ] && [ ! -e "$scratch/target" ] && [ ! -e "$scratch/q.tflite" ] || fail "quantize: $(cat "$scratch/out")"
commanded read "${infer[@]}"
case $state in
*landlock*) grep -q 'planted: read failed' "$scratch/out" || fail "infer, read: $(cat "$scratch/out")" ;;
esac
commanded write "${infer[@]}" --no-sandbox
grep -q 'planted: write came off' "$scratch/out" || fail "infer is confined, told not to be: $(cat "$scratch/out")"
commanded write "${quantize[@]}" --no-sandbox
grep -q 'planted: write came off' "$scratch/out" || fail "quantize is confined, told not to be: $(cat "$scratch/out")"

# What they need they have, and the file is the same. Of a folder links may lead anywhere.
expect 0 "${infer[@]}"
expect 0 "${infer[@]:0:5}" "$scratch/free" --no-sandbox
cmp "$scratch/result" "$scratch/free" || fail 'infer says something else, where it is confined'
expect 0 "${quantize[@]}"
expect 0 "${quantize[@]:0:7}" "$scratch/free.tflite" --no-sandbox
cmp "$scratch/q.tflite" "$scratch/free.tflite" || fail 'quantize writes something else, where it is confined'

# The file is written by a process that may, and has read nothing of the model; the other one may not, and dies with
# it.
mkfifo "$scratch/pipe.onnx"
"$QUANTOP" convert "$SOURCE/data/mlp.tflite" --output "$scratch/pipe.onnx" >"$scratch/out" 2>&1 &
writer=$!
confinement() { # process
    grep '^Seccomp' "/proc/$1/status" 2>/dev/null
}
free=$(confinement $$)
for _ in $(seq 500); do
    reader=$(cat "/proc/$writer/task/$writer/children")
    bound=$(confinement "${reader% }")
    [ -n "$bound" ] && [ "$bound" != "$free" ] && break
    sleep 0.01
done
[ -n "$bound" ] && [ "$bound" != "$free" ] || fail 'convert is not confined'
[ "$(confinement "$writer")" = "$free" ] || fail 'what writes the file is confined'
disown "$writer" # nor is its end news for the shell
kill -9 "$writer"
is_alive() { # process; what nobody has waited for yet is not
    grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null
}
for _ in $(seq 500); do
    is_alive "${reader% }" || break
    sleep 0.01
done
is_alive "${reader% }" && fail 'what was confined outlives the command'

# Whoever has read enough is told nothing.
head -c 6272000 /dev/zero >"$scratch/many"
{
    "$QUANTOP" infer "$SOURCE/data/mlp.tflite" --input "$scratch/many" --output - 2>"$scratch/err"
    echo $? >"$scratch/status"
} | head -c 1 >"$scratch/out"
[ "$(cat "$scratch/status")" = 141 ] && [ ! -s "$scratch/err" ] || fail "a pipe that breaks: $(cat "$scratch/err")"

# All kinds of data, with threads.
quick_profile 'fp32, {mode: int8, effort: 0}, dynamic'
sed -i 's/^placement:.*/placements: [1, threads]/; s/^measure.*/measure: {seconds: 0.2, max_rounds: 2, profile_seconds: 0}/' "$scratch/quick.yaml"
expect 0 run "$scratch/quick.yaml" --csv "$scratch/rows.csv"
[ "$(grep -c ',done,' "$scratch/rows.csv")" = 12 ] || fail "rows are lost: $(cat "$scratch/rows.csv")"
exit 0
