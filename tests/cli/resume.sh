#!/bin/bash
# A run that was killed at any moment is finished by --resume: the table is that of an undisturbed run in
# everything but times, and no row that was finished is measured again.
. "$(dirname "$0")/lib.bash"

quick_profile 'fp32, {mode: int8, effort: 0}' 'title: resumed'
sed -i 's/^measure.*/measure: {seconds: 1, min_rounds: 3, max_rounds: 3, block_ms: 4, warmup_ms: 2, profile_seconds: 0}/
        s/^placement:.*/placements: [1, cores]/' "$scratch/quick.yaml"

# What a report says apart from times, from what else went on, and from when and how often there was a run.
untimed() {
    sed '/^    "own_cost": {/,/}/d; /^  "warnings": \[/,/^  "recommendations"/d' "$1" |
        grep -v -E '"(started|(latency|sample|p90|p99|fastest|first|load)_ms(_absent)?|(speedup|vs_builtin)(_low|_high|_absent)?|speed_verdict|inferences|peak_memory_bytes|text|trial|verdict|promise|plain_share|bound_by|efficiency|trust|trust_reason|(block_ms|seconds_needed|disturbed_rounds|waited_share|steal_share|others_units|switches_per_s|clock_spread|drift_share)(_low|_high|_absent)?)":'
}

# Fails when an event of a row comes after the row was final, or blocks come after its timing was over.
never_again() {
    awk -v journal="$1" '
        function number(key) { return match($0, "\"" key "\":[0-9]+") ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) : -1 }
        function list(key,  text) { match($0, "\"" key "\":\\[[0-9,]*\\]"); text = substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5); return split(text, items, ",") }
        function wrong(what) { print journal ":" NR ": " what ": " substr($0, 1, 100); bad = 1 }
        /\030$/ { next }
        /"event":"trial"/ { candidate[number("trial")] = number("candidate") }
        /"event":"(block|process)"/ { if (timed[number("trial")] || final[number("trial")]) wrong("timed again") }
        /"event":"scores"/ { if (scored[number("candidate")]) wrong("scored again") }
        /"event":"timed"/ { n = list("trials"); for (i = 1; i <= n; i++) timed[items[i]] = 1 }
        /"event":"done"/ { t = number("trial"); if (final[t]) wrong("final again"); final[t] = 1; scored[candidate[t]] = 1 }
        /"event":"resumed"/ { resumed++; n = list("trials"); for (i = 1; i <= n; i++) if (timed[items[i]]) wrong("starts again") }
        END { if (!/"event":"end"/) wrong("no end"); exit bad }' "$1" || fail "$1"
}

expect 0 run "$scratch/quick.yaml" -q --journal "$scratch/whole.jsonl" --json "$scratch/whole.json"
untimed "$scratch/whole.json" >"$scratch/whole.txt"
[ "$(grep -c '"size_bytes": [0-9]' "$scratch/whole.txt")" = 8 ] || fail "not 8 rows: $(cat "$scratch/whole.txt")"
[ "$(grep -c '"accuracy": [0-9]' "$scratch/whole.txt")" = 8 ] || fail "not 8 accuracies"
[ "$(grep -c '"sqnr_db": [0-9]' "$scratch/whole.txt")" = 4 ] || fail "not 4 comparisons with fp32"

# Killed once the journal holds an event for the n-th time.
killed_at() { # journal, event, times
    "$QUANTOP" run "$scratch/quick.yaml" -q --journal "$1" >"$scratch/out" 2>&1 &
    local parent=$!
    for _ in $(seq 3000); do
        [ "$(grep -c "\"event\":\"$2\"" "$1" 2>/dev/null)" -ge "$3" ] 2>/dev/null && break
        sleep 0.01
    done
    kill -9 $parent 2>/dev/null
    wait $parent 2>/dev/null
}

n=0
for moment in 'prepared 1' 'block 4' 'timed 1' 'scores 1' 'done 1' 'done 5'; do
    n=$((n + 1))
    journal=$scratch/$n.jsonl
    killed_at "$journal" $moment
    cp "$journal" "$scratch/before"
    if ! grep -q '"event":"end"' "$journal"; then
        expect 0 view "$journal" --table
        grep -q 'the run was interrupted' "$scratch/out" || fail "not known as interrupted: $(cat "$scratch/out")"
    fi
    [ $n = 2 ] && printf '{"event":"blo' >>"$journal" # as if it had been killed while it wrote
    expect 0 run "$scratch/quick.yaml" -q --resume "$journal" --json "$scratch/$n.json"
    cmp -n "$(stat -c %s "$scratch/before")" "$journal" "$scratch/before" || fail "$moment: the journal was not continued"
    untimed "$scratch/$n.json" | diff "$scratch/whole.txt" - >"$scratch/differences" ||
        fail "$moment: the table differs: $(cat "$scratch/differences")"
    never_again "$journal"
    expect 0 view "$journal" --csv "$scratch/$n.csv"
    [ ! -s "$scratch/err" ] || fail "$moment: $(cat "$scratch/err")"
done

# A run that has ended has nothing left to do; its journal stays as it is.
cp "$journal" "$scratch/before"
expect 0 run --resume "$journal"
cmp "$journal" "$scratch/before" || fail "a run that had ended was written to"
[ "$(grep -c ' done' "$scratch/out")" = 8 ] || fail "not all rows are shown: $(cat "$scratch/out")"

# A copy of a journal that was cut behind any of its lines is finished as well.
lines=$(wc -l <"$scratch/whole.jsonl")
for n in $(seq 1 $((lines / 6 + 1)) "$lines"); do
    head -n "$n" "$scratch/whole.jsonl" >"$scratch/cut.jsonl"
    expect 0 run -q --resume "$scratch/cut.jsonl" --json "$scratch/cut.json"
    untimed "$scratch/cut.json" | diff "$scratch/whole.txt" - >"$scratch/differences" ||
        fail "cut behind line $n: the table differs: $(cat "$scratch/differences")"
    never_again "$scratch/cut.jsonl"
done

# SIGTERM stops a run with an event; from another folder, the journal alone is enough to finish it.
cp "$SOURCE/data/mlp.tflite" "$scratch/own.tflite"
(cd "$scratch" && exec "$QUANTOP" run --model own.tflite --data random:8 --modes fp32,fp16 -q \
    --set measure.min_rounds=400 --set measure.max_rounds=400 --set measure.process_rounds=50 \
    --set measure.block_ms=1 --set measure.warmup_ms=1 >"$scratch/out" 2>&1) &
parent=$!
for _ in $(seq 1000); do
    last=$(ls "$XDG_STATE_HOME"/quantop/*.jsonl 2>/dev/null | tail -n 1)
    [ -n "$last" ] && grep -q '"event":"block"' "$last" && break
    sleep 0.01
done
expect 3 run --resume "$last" # two processes do not write one journal
says 'another process is writing'
expect 0 journals
grep -q '  running on .*0 of 2 rows done' "$scratch/out" || fail "not running: $(cat "$scratch/out")"
kill -TERM $parent
wait $parent
[ $? = 130 ] || fail "a stopped run did not end with 130: $(cat "$scratch/out")"
tail -n 1 "$last" | grep -q '"event":"stopped"' || fail "no 'stopped' at the end of the journal"
expect 0 journals
grep -q '  stopped on ' "$scratch/out" || fail "not stopped: $(cat "$scratch/out")"
expect 0 run -q --resume last
grep -q '"event":"resumed"' "$last" || fail "'last' was another journal"
never_again "$last"
expect 0 journals
grep -q '  complete on .*2 of 2 rows done' "$scratch/out" || fail "not complete: $(cat "$scratch/out")"
expect 0 view last --table
printf x >>"$scratch/own.tflite"
expect 3 run -q --resume last
says 'models\[0\].content is "sha256:'

# What was guessed of a model without a profile is taken up by the journal alone, too; so are weights beside
# the model, which are a part of it.
mkdir "$scratch/external"
expect 0 quantize "$SOURCE/data/mlp.tflite" --mode fp32 -o "$scratch/mlp.onnx"
"$BUILD/tests/fuzz/make_external" "$scratch/external" "$scratch/mlp.onnx" || fail 'no external data'
killed=(--modes fp32,fp16 -q --set measure.block_ms=1 --set measure.warmup_ms=1 --set measure.min_rounds=400
    --set measure.max_rounds=400 --set measure.process_rounds=50)
stopped_early() { # journal, arguments...
    local journal=$1
    shift
    "$QUANTOP" run "$@" "${killed[@]}" --journal "$journal" >"$scratch/out" 2>&1 &
    local parent=$!
    for _ in $(seq 1000); do
        grep -q '"event":"block"' "$journal" 2>/dev/null && break
        sleep 0.01
    done
    kill -9 $parent
    wait $parent 2>/dev/null
    grep -q '"event":"end"' "$journal" && fail "$journal had ended: $(cat "$scratch/out")"
}
stopped_early "$scratch/guessed.jsonl" "$SOURCE/data/mlp.tflite" --data "$SOURCE/data/test-images.idx.gz" --count 50
grep -q '"guessed":true' "$scratch/guessed.jsonl" && fail 'the fingerprint holds what is said alone'
expect 0 run -q --resume "$scratch/guessed.jsonl"
never_again "$scratch/guessed.jsonl"
stopped_early "$scratch/external.jsonl" "$scratch/external/external-sound.onnx" --data random:4
cp "$scratch/external/weights.bin" "$scratch/external/before"
printf x | dd of="$scratch/external/weights.bin" conv=notrunc status=none
expect 3 run -q --resume "$scratch/external.jsonl"
says 'models\[0\].beside.weights.bin is "sha256:'
mv "$scratch/external/before" "$scratch/external/weights.bin"
expect 0 run -q --resume "$scratch/external.jsonl"

# A hang-up ends a run like any signal, but not one that was started to survive it.
hung_up() { # journal, command...
    local journal=$1
    shift
    "$@" run "$scratch/quick.yaml" -q --journal "$journal" >"$scratch/out" 2>&1 &
    local parent=$!
    for _ in $(seq 1000); do
        grep -q '"event":"block"' "$journal" 2>/dev/null && break
        sleep 0.01
    done
    kill -HUP $parent
    wait $parent
}
# Whoever was started with nohup hands that down.
ignored=$(sed -n 's/^SigIgn:[[:space:]]*//p' /proc/$$/status)
if ((0x$ignored & 1)); then
    echo "SKIP resume: a hang-up ends a run (this test was started to survive it)"
else
    hung_up "$scratch/hup.jsonl" "$QUANTOP"
    tail -n 1 "$scratch/hup.jsonl" | grep -q '"event":"stopped"' || fail "a hang-up did not stop the run"
fi
hung_up "$scratch/nohup.jsonl" nohup "$QUANTOP"
tail -n 1 "$scratch/nohup.jsonl" | grep -q '"event":"end"' || fail "nohup did not keep the run from a hang-up"

# Another experiment is refused, with what differs, before anything is written.
refused() { # message, arguments...
    local message=$1
    shift
    cp "$scratch/1.jsonl" "$scratch/before"
    expect 3 run -q --resume "$scratch/1.jsonl" "$@"
    says "$message"
    cmp "$scratch/1.jsonl" "$scratch/before" || fail "a refused run wrote to the journal"
}
refused 'limits.max_rounds is 4, there it is 3' --set measure.max_rounds=4
refused 'order.data.count is 100, there it is 200' --count 100
refused 'order.seed is 7' --set measure.seed=7
refused 'the journal of another experiment' --model "$scratch/own.tflite"
refused 'is not the journal' --journal "$scratch/other.jsonl"
[ -e "$scratch/other.jsonl" ] && fail "a refused run left a journal"
expect 3 run --resume "$SOURCE/data/mlp.tflite"
expect 3 run --resume "$SOURCE/README.md"
says 'README.md:1: not a line of JSON'
sed -i 's/"fingerprint":"[^"]*",//' "$scratch/1.jsonl"
refused 'an older version wrote this journal'
exit 0
