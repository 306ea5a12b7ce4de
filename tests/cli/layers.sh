#!/bin/bash
# The layer ledger from outside: which layers break a mode, that leaving these float mends it, and what a run
# that is killed while it looks at layers keeps.
. "$(dirname "$0")/lib.bash"

# The model lies in a folder of its own: nothing else lets a worker read there.
mkdir "$scratch/models"
cp "$SOURCE/data/mobilenet.tflite" "$scratch/models"

cat >"$scratch/layers.yaml" <<END
model: $scratch/models/mobilenet.tflite
data: {samples: $SOURCE/data/test-images.idx.gz, labels: $SOURCE/data/test-labels.idx.gz, count: 1000}
preprocess: {scale: 0.00392156862745098}
calibration: {samples: $SOURCE/data/calibration-images.idx.gz, count: 100}
modes: [fp32, {mode: int8, weights: per-tensor, effort: 0, label: tensor}]
measure: {seconds: 0.1, min_rounds: 2, max_rounds: 2, block_ms: 2, warmup_ms: 2}
layers: {samples: 128, seconds: 60}
END

# What a column of the rows of a CSV holds, one per line.
column() { # file, name
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' "$1"
}

expect 0 run "$scratch/layers.yaml" -q --journal "$scratch/run.jsonl" --csv "$scratch/run.csv"
expect 0 layers "$scratch/run.jsonl" --csv "$scratch/layers.csv" --sort isolated_sqnr_db
[ "$(column "$scratch/layers.csv" layer | wc -l)" = 16 ] || fail "not 16 layers: $(cat "$scratch/layers.csv")"

# The three worst alone are depthwise, and the worst of them costs the network what the mode does.
[ "$(column "$scratch/layers.csv" op | head -3 | sort -u)" = DEPTHWISE_CONV_2D ] ||
    fail "the worst are not depthwise: $(cat "$scratch/layers.csv")"
column "$scratch/run.csv" drop >"$scratch/drops"
drop=$(tail -1 "$scratch/drops")
column "$scratch/layers.csv" drop | head -1 |
    awk -v all="$drop" '{ exit !(all + 0 > 20 && $1 > 0.8 * all) }' ||
    fail "the worst layer is not what costs $drop pp: $(cat "$scratch/layers.csv")"

# It is also what quantop why has to say first of the mode.
expect 0 why "$scratch/run.jsonl"
worst=$(column "$scratch/layers.csv" name | head -1)
grep -A1 ': tensor on' "$scratch/out" | tail -1 | grep -q "^  costly-layers: .*DEPTHWISE_CONV_2D '$worst'" ||
    fail "the worst layer is not the first reason: $(cat "$scratch/out")"

# With these three float, at least nine tenths of the loss are gone.
skip=$(column "$scratch/layers.csv" name | head -3 | paste -sd+)
sed "s|label: tensor}|label: skipped, skip: [${skip//+/, }]}|; /^layers/d" \
    "$scratch/layers.yaml" >"$scratch/skip.yaml"
expect 0 run "$scratch/skip.yaml" -q --journal "$scratch/skip.jsonl" --csv "$scratch/skip.csv"
left=$(column "$scratch/skip.csv" drop | tail -1)
awk -v all="$drop" -v left="$left" 'BEGIN { exit !(left + 0 <= 0.1 * all) }' ||
    fail "$left of $drop pp are left without $skip"
echo "drop $drop pp, $left pp with $skip float"

# The layers of a mode, sorted and cut; wrong choices are refused with what there is.
expect 0 layers "$scratch/run.jsonl" --sort accumulated_sqnr_db --top 2 --markdown -
[ "$(grep -c '^| [0-9]' "$scratch/out")" = 2 ] || fail "not two layers: $(cat "$scratch/out")"
expect 3 layers "$scratch/run.jsonl" --sort isolated_sqnr
says "nearest is 'isolated_sqnr_db'"
expect 3 layers "$scratch/run.jsonl" --mode int9
says "no row of the run has mode 'int9'"
expect 3 layers "$scratch/run.jsonl" --mode fp32
says 'layers.seconds'
expect 3 layers "$scratch/skip.jsonl"
says 'layers.seconds'
expect 3 layers "$scratch/run.jsonl" --csv "$scratch/run.jsonl"
expect 3 layers "$scratch/run.jsonl" --data other.idx
says 'option --data'

# A profile that keeps none is run with one; so is a model.
expect 0 layers "$scratch/skip.yaml" -q --set layers.seconds=0 --set layers.samples=8 --set data.count=50 --json -
grep -q '"fate": "float"' "$scratch/out" || fail "no layer stays float: $(cat "$scratch/out")"

# A worker that is killed among the layers costs no row, and a run that is killed there looks at them again.
killed_among_layers() { # journal, signal to the worker or to the run
    "$QUANTOP" run "$scratch/layers.yaml" -q --journal "$1" >"$scratch/out" 2>&1 &
    parent=$!
    for _ in $(seq 3000); do
        grep -q '"event":"layer_cost"' "$1" 2>/dev/null && break
        sleep 0.01
    done
    [ "$2" = run ] && kill -9 $parent
    [ "$2" = worker ] && kill -9 "$(awk '{ print $1 }' "/proc/$parent/task/$parent/children")"
    wait $parent
    status=$?
}
killed_among_layers "$scratch/worker.jsonl" worker
[ $status = 0 ] || fail "a worker killed among the layers: exit status $status: $(cat "$scratch/out")"
grep -q '"event":"ledger",.*"absent":' "$scratch/worker.jsonl" || fail "no reason for the want of a ledger"
expect 0 layers "$scratch/worker.jsonl"
grep -q 'not finished: .*\(signal 9\|killed\)' "$scratch/out" || fail "the reason is not said: $(cat "$scratch/out")"

killed_among_layers "$scratch/killed.jsonl" run 2>/dev/null
grep -q '"event":"ledger"' "$scratch/killed.jsonl" && fail "killed too late"
blocks=$(grep -c '"event":"\(block\|scores\)"' "$scratch/killed.jsonl")
expect 0 run --resume "$scratch/killed.jsonl" -q
[ "$(grep -c '"event":"\(block\|scores\)"' "$scratch/killed.jsonl")" = "$blocks" ] ||
    fail "rows that were done were measured again"
expect 0 layers "$scratch/killed.jsonl" --csv "$scratch/resumed.csv" --sort isolated_sqnr_db
untimed() { # what does not depend on the times of a run
    cut -d, -f1-8,11-27 "$1"
}
[ "$(head -1 "$scratch/layers.csv" | cut -d, -f9,10,28)" = time_us,saved_us,error_percent_per_ms ] ||
    fail "columns are elsewhere: $(head -1 "$scratch/layers.csv")"
diff <(untimed "$scratch/layers.csv") <(untimed "$scratch/resumed.csv") >"$scratch/differences" ||
    fail "resumed: $(cat "$scratch/differences")"
echo "ok - layers"
