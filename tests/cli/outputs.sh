#!/bin/bash
# Nothing that is there is lost: a journal is never overwritten, and no output takes the place of an input.
. "$(dirname "$0")/lib.bash"

mkdir "$scratch/in" && cp "$SOURCE"/data/mlp.tflite "$scratch/in"
cp "$SOURCE"/data/test-{images,labels}.idx.gz "$scratch/in"
cat >"$scratch/in/p.yaml" <<END
model: mlp.tflite
data: {samples: test-images.idx.gz, labels: test-labels.idx.gz, count: 20}
preprocess: {scale: 0.00392156862745098}
modes: [fp32]
measure: {seconds: 1, min_rounds: 1, max_rounds: 1, block_ms: 1, warmup_ms: 1, profile_seconds: 0}
END
run=(run "$scratch/in/p.yaml" -q)
sum=$(cat "$scratch"/in/* | sha256sum)

# Two runs with one journal: the first one's rows are still there.
expect 0 "${run[@]}" --journal "$scratch/run.jsonl"
cp "$scratch/run.jsonl" "$scratch/before"
expect 3 "${run[@]}" --journal "$scratch/run.jsonl"
says 'run.jsonl: the file exists already and is not overwritten.*--resume'
cmp "$scratch/run.jsonl" "$scratch/before" || fail "the first journal was changed"
expect 0 "${run[@]}" --journal "$scratch/run.jsonl" --resume "$scratch/run.jsonl"
expect 0 "${run[@]}" --journal /dev/null
: >"$scratch/empty.jsonl"
expect 0 "${run[@]}" --journal "$scratch/empty.jsonl"

# Inputs, by their own names and by others.
ln -s mlp.tflite "$scratch/in/link"
ln "$scratch/in/mlp.tflite" "$scratch/hard"
for input in mlp.tflite ../in/mlp.tflite link ../hard test-images.idx.gz test-labels.idx.gz p.yaml; do
    for option in --journal --csv --json --markdown; do
        expect 3 "${run[@]}" "$option" "$scratch/in/$input"
        says "$input: the output is the same file as"
    done
done
rm "$scratch/in/link"
expect 3 quantize "$scratch/in/mlp.tflite" --mode fp16 -o "$scratch/in/../in/mlp.tflite"
expect 3 convert "$scratch/in/mlp.tflite" -o "$scratch/in/mlp.tflite"
expect 3 view "$scratch/run.jsonl" --csv "$scratch/./run.jsonl"
says 'the output is the same file as'
expect 3 "${run[@]}" --csv "$scratch/a.csv" --json "$scratch/./a.csv"
mkdir "$scratch/raw" && head -c 3136 /dev/zero >"$scratch/raw/0.bin"
expect 3 "${run[@]}" --data "$scratch/raw" --csv "$scratch/raw/y_labels.csv"
says "the output lies in the folder"
[ "$(cat "$scratch"/in/* | sha256sum)" = "$sum" ] || fail "an input was changed"
cmp "$scratch/run.jsonl" "$scratch/before" || fail "the journal was changed"

# What cannot be written is noticed before anything is measured; what fails at the end stops nothing.
before=$(ls "$XDG_STATE_HOME/quantop" 2>/dev/null | wc -l)
expect 4 "${run[@]}" --csv "$scratch/nowhere/a.csv"
says 'nowhere/a.csv'
expect 4 "${run[@]}" --csv "$scratch/raw"
[ "$(ls "$XDG_STATE_HOME/quantop" 2>/dev/null | wc -l)" = "$before" ] || fail "a run that was refused left a journal"
if [ -w /dev/full ]; then
    expect 4 "${run[@]}" --csv /dev/full --json "$scratch/a.json" --markdown "$scratch/a.md"
    grep -q '"state": "done"' "$scratch/a.json" || fail "one output that failed stopped another"
    [ -s "$scratch/a.md" ] || fail "one output that failed stopped the last one"
    says '/dev/full: cannot write'
fi

# A pipe that nobody reads is not waited for without an end, and who comes late reads all.
mkfifo "$scratch/pipe"
for option in --csv --json --markdown --html --junit; do
    "$QUANTOP" view "$scratch/run.jsonl" "$option" "$scratch/pipe" >"$scratch/late.out" 2>"$scratch/late.err" &
    (sleep 0.5 && exec timeout 20 cat "$scratch/pipe") >"$scratch/read" || fail "$option: the pipe was not written to"
    wait $! || fail "$option: a pipe that is read late: $(cat "$scratch/late.err")"
    grep -q fp32 "$scratch/read" || fail "$option: not all was read: $(cat "$scratch/read")"
done
timeout -k 1 60 "$QUANTOP" "${run[@]}" --csv "$scratch/pipe" --json "$scratch/beside.json" \
    --journal "$scratch/beside.jsonl" >"$scratch/out" 2>"$scratch/err"
[ $? = 4 ] || fail "a report that nobody reads: $(cat "$scratch/err")"
says "$scratch/pipe: cannot write: nobody reads the pipe"
grep -q '"state": "done"' "$scratch/beside.json" || fail 'a pipe that nobody reads stopped another output'
expect 0 view "$scratch/beside.jsonl" --csv "$scratch/beside.csv"

# Nor is written through a link that somebody laid where the new file is made before it takes its name.
echo theirs >"$scratch/victim"
(
    for i in 0 1; do
        ln -s "$scratch/victim" "$scratch/linked.onnx.$BASHPID-$i.tmp"
    done
    exec "$QUANTOP" convert "$scratch/in/mlp.tflite" -o "$scratch/linked.onnx" >"$scratch/out" 2>"$scratch/err"
) || fail "links beside the output: $(cat "$scratch/err")"
[ "$(cat "$scratch/victim")" = theirs ] && [ -f "$scratch/linked.onnx" ] && [ ! -L "$scratch/linked.onnx" ] ||
    fail 'a link of somebody was written through'

# A table that nobody reads any more ends the run with its event.
"$QUANTOP" run "$scratch/in/p.yaml" --journal "$scratch/pipe.jsonl" --set measure.min_rounds=20000 \
    --set measure.max_rounds=20000 --modes fp16 2>/dev/null | true
tail -n 1 "$scratch/pipe.jsonl" | grep -q '"event":"\(stopped\|end\)"' || fail "no end in the journal of a closed pipe"

# The CSV of a row tells its run as well, behind the columns of the row.
expect 0 "${run[@]}" --csv "$scratch/run.csv" --set title='A title' --set measure.seed=17
head -n 1 "$scratch/run.csv" |
    grep -q ',model_path,threads,runtime_version,host,cpu,started,version,profile,title,seed' ||
    fail "the columns of the run: $(head -n 1 "$scratch/run.csv")"
version=$("$QUANTOP" --version | awk '{ print $NF }')
grep -q "/mlp.tflite,1,$version,$(hostname),.*,$(date +%Y)-.*,$version,$scratch/in/p.yaml,A title,17" "$scratch/run.csv" ||
    fail "the run in a row: $(tail -n 1 "$scratch/run.csv")"
exit 0
