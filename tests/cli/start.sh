#!/bin/bash
# Starting without a profile: a model alone, data that are guessed, a profile that is written, and a
# rehearsal.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1
quick=(--set measure.seconds=0.2 --set measure.min_rounds=1)
cp "$SOURCE/data/mlp.tflite" net.tflite

# A model alone: random samples, said to be so, on which all modes agree or not.
expect 0 run net.tflite "${quick[@]}" --modes fp32,int8 --json rows.json
says '^quantop: note: no data given: 32 random samples stand in, and accuracy is agreement with fp32'
grep -q '^net.tflite: agreement with fp32 on random inputs' out || fail "no title in: $(cat out)"
grep -q '"metric": "agreement"' rows.json || fail "no agreement in: $(cat rows.json)"
expect 0 synth:mlp "${quick[@]}" --modes fp32
says '^quantop: note: no data given'
expect 0 run synth:mlp "${quick[@]}" --modes fp32 --data random:4 --set title=mine
grep -q '^mine' out || fail "the title is lost: $(cat out)"
grep -q 'no data given' err && fail "random data are not said to be missing: $(cat err)"
# A model by its content, whatever its name.
cp net.tflite net.bin
expect 0 run net.bin "${quick[@]}" --modes fp32 -q

# Labels beside the samples.
cp "$SOURCE/data/test-images.idx.gz" test-images.idx.gz
cp "$SOURCE/data/test-labels.idx.gz" test-labels.idx.gz
expect 0 run net.tflite "${quick[@]}" --data test-images.idx.gz --count 200 --scale 0.00392156862745098 \
    --modes fp32,int8 --json rows.json
says '^quantop: note: labels are taken from test-labels.idx.gz, beside the samples'
grep -q '"metric": "top1"' rows.json || fail "not scored by labels: $(cat rows.json)"
read='note: test-images.idx.gz: read as IDX file (gzip or not), 10000 samples of 28x28 uint8, labels are classes up to 9'
[ "$(grep -c "^net.*: $read" out)" = 1 ] || fail "the guess is not said once: $(cat out)"
expect 0 run net.tflite "${quick[@]}" --data test-images.idx.gz --modes fp32,int8:effort=0,int8 --dry-run
# Of those that calibrate, what takes longest tells how long it takes.
[ "$(grep '^model net, int8' out | cut -d: -f1)" = 'model net, int8 with builtin' ] ||
    fail "tried are: $(grep '^model net' out)"
read='note: net: test-images.idx.gz: read as IDX file (gzip or not), 10000 samples of 28x28 uint8'
[ "$(grep -c "^$read" out)" = 1 ] || fail "the guess is not said once by --dry-run: $(cat out)"
grep -q '^note: net: .* elements of uint8 are fed as the numbers they are' out ||
    fail "--dry-run does not say how bytes are fed: $(cat out)"
expect 0 run --model net.tflite "${quick[@]}" --data test-images.idx.gz --modes fp32
grep -q 'read as' out && fail "a guess of what was described: $(cat out)"
# Samples by the input's name stay what they are.
expect 0 run net.tflite "${quick[@]}" --data "$("$QUANTOP" inspect net.tflite | sed -n "s/^input 0: '\(.*\)', .*/\1/p")=random:7" \
    --modes fp32,int8 --json rows.json
grep -q '"scored_samples": 7' rows.json || fail "not the 7 samples that were named: $(cat rows.json)"
grep -q 'no data given' err && fail "named samples are not seen: $(cat err)"

# Names that no journal and no profile can hold.
cp net.tflite $'odd\xff.tflite'
expect 3 run $'odd\xff.tflite'
says "wrong value 'odd?.tflite' for 'model': .* not UTF-8"
expect 3 init $'odd\xff.tflite'
says 'not UTF-8'

# What is no model is named, in the place of a profile, too.
mkdir saved
printf '\x08\x01\x12\x00' >saved/saved_model.pb
expect 4 run saved -q
says 'not a .tflite or .onnx file but a TensorFlow SavedModel'

# A profile that is written runs as it is, and from elsewhere.
mkdir elsewhere
expect 0 init net.tflite test-images.idx.gz -o elsewhere/p.yaml
grep -q '^  labels: ".*/test-labels.idx.gz"' elsewhere/p.yaml || fail "no labels in: $(cat elsewhere/p.yaml)"
expect 0 run elsewhere/p.yaml "${quick[@]}" --modes fp32,int8 --count 100 --scale 0.00392156862745098
expect 0 init synth:mlp
cp out written.yaml
expect 0 run written.yaml "${quick[@]}"
# Every key is in there once, or its list is; sections that are comments can be used.
for key in title model shapes modes placements runtimes metric samples scale observer max_drop journal; do
    grep -q "^[# ]*$key:" written.yaml || fail "no key '$key' in: $(cat written.yaml)"
done
sed -E '/^# measure:$/,/^# [a-z]+:$/ s/^# (  seconds: ).*/\10.2/; s/^# (measure|constraints):$/\1:/; s/^# (  max_drop:)$/\1 100/' written.yaml >used.yaml
expect 0 run used.yaml --modes fp32,int8 --json rows.json
grep -q '"verdict": "pass"' rows.json || fail "the constraint is not used: $(cat rows.json)"
expect 4 init none.tflite
says 'none.tflite: cannot open'
expect 4 init net.tflite none.npy
says 'none.npy: cannot open'
mkdir "a \"b\" # c"
cp net.tflite "a \"b\" # c/net.tflite"
expect 0 init "a \"b\" # c/net.tflite" -o odd.yaml
expect 0 run odd.yaml "${quick[@]}" --modes fp32 -q

# All that is to be said of the samples is said by --dry-run, however much that is.
"$BUILD/tests/cli/make_models" . || fail "no models"
long=$(printf "%0200d/" {1..5})
mkdir -p "$long"
mv user.npy item.npy "$long"
expect 0 run recommender.tflite "${quick[@]}" --modes fp32 --dry-run \
    --data user="${long}user.npy" --data item="${long}item.npy"
for file in user item; do
    grep -q "^note: recommender: .*/$file.npy: read as" out || fail "a note on $file is lost: $(cat out)"
done

# The rehearsal opens models and data, and measures nothing.
rm -rf "$XDG_STATE_HOME"
expect 0 run quick --dry-run --csv rows.csv
for line in '^5 .* fp16 ' '^model mlp: .*data/mlp.tflite' '^data: .*/test-images.idx.gz' \
    '^calibration: .*/calibration-images.idx.gz' '^csv: rows.csv' \
    '^placement 1: 1 thread on processing units [0-9]' '^model mlp, fp32 .*; top1 over 2000 samples' \
    '^model mlp, int8 .*; calibrated on 200 samples; top1 over 2000' '^estimate: about [0-9]* s'; do
    grep -q -e "$line" out || fail "no '$line' in: $(cat out)"
done
[ -e rows.csv ] && fail "a dry run writes"
[ -e "$XDG_STATE_HOME" ] && fail "a dry run begins a journal"
head -c 1000 net.tflite >cut.tflite
expect 4 run cut.tflite --dry-run
grep -q '^model cut, fp32 with builtin: cut.tflite: ' out || fail "no reason in: $(cat out)"
expect 5 run --model net.tflite --modes fp32,int8 --dry-run
grep -q '^model net, int8 with builtin: the mode needs a calibration data set' out || fail "$(cat out)"
expect 5 run --model synth:mlp --modes fp32 --placements 1,4000 --dry-run
grep -q "^placement 4000: placement '4000' needs 4000 cores" out || fail "$(cat out)"
expect 4 run net.tflite --data none.npy --dry-run
grep -q 'none.npy: ' out || fail "$(cat out)"

# The start screen as text, of a folder with something of everything.
rm -rf "$XDG_STATE_HOME" here
mkdir -p here "$XDG_STATE_HOME/quantop"
cp net.tflite cut.tflite elsewhere/p.yaml here
cp "$SOURCE/tests/tui/sample.jsonl" "$XDG_STATE_HOME/quantop"
echo 'services: {}' >here/other.yaml
mkdir here/below here/empty
cp net.tflite here/below
printf '\x89HDF\r\n\x1a\n' >here/net.h5
printf 'PK\003\004%070000d%s' 0 net/data.pkl >here/net.pt
mkfifo here/pipe.h5
mkdir here/saved
printf '\x08\x01\x12\x00' >here/saved/saved_model.pb
expect 0 here --plain --size 120x60
for line in '^quantop  .*/here +2 models, 1 run$' '^  net.tflite +2.05 MiB  float32 1x28x28x1, 5 operators, 536 k param' \
    '^> cut.tflite .*tflite: cannot be used$' '^  net.h5 +8 B  a Keras HDF5 file$' '^  net.pt +68.4 KiB  a PyTorch archive$' \
    '^  saved +a TensorFlow SavedModel$' '^  below +1 model$' '^  default +18 rows  Six modes on' '^  p.yaml +[0-9]+ rows' \
    '^  other.yaml +no profile that can be run$' '^  2025-01-31 12:00 +4/5  complete on host  sample run: cannot tell' \
    '^ why not +here/cut.tflite: '; do
    grep -qE -e "$line" out || fail "no '$line' in: $(cat out)"
done
grep -qE '^  (empty|\.\.)' out && fail "a folder without models is listed: $(cat out)"
grep -q pipe out && fail "a pipe is listed: $(cat out)"
(cd here/saved && expect 0 --plain --size 80x24 && grep -q '^  none here' ../../out) || fail "an empty folder: $(cat out)"
# The form of a model: data beside it are found; the command can be pasted into a shell, and runs.
mkdir 'a folder'
cp net.tflite test-images.idx.gz test-labels.idx.gz 'a folder'
expect 0 'a folder/net.tflite' --plain --size 200x40
grep -qE "^> samples +\[ a folder/test-images.idx.gz \]  found beside the model( |$)" out || fail "$(cat out)"
command=$(sed -n 's/^ command *quantop //p' out)
[ "$command" = "run 'a folder/net.tflite' --data 'a folder/test-images.idx.gz' --labels 'a folder/test-labels.idx.gz'" ] ||
    fail "the command is $command"
eval "expect 0 $command --dry-run --set data.count=20 --modes fp32"
# A sample as the model is fed it, and what fp32 makes of some of them.
form_of() { # MODEL SAMPLES LABELS: as files that are found beside each other
    rm -rf form
    mkdir form
    cp "$1" form/net.tflite
    cp "$2" form/x.npy
    [ -z "${3-}" ] || cp "$3" form/y.npy
    expect 0 form/net.tflite --plain --size 200x40
}
shows() {
    for line; do
        grep -qE -e "$line" out || fail "no '$line' in: $(cat out)"
    done
}
expect 0 'a folder/net.tflite' --plain --size 200x40
shows '^quantop .* 6 rows, timing 20 s at most, the rest [0-9]+ s or more$' 'sample 0 \(1 of 10000\), label [0-9]' "'input', float32 1x28x28x1: 0 to 255, mean" \
    '^ fp32 +(plausible|another preset fits): .*top-1 [0-9.]+ %' '(░|▒|▓|█){4}'
form_of bright.tflite bright.npy bright-class.npy
shows 'float32 1x12, as a curve: ' '^ fp32 +plausible: top-1 100 %'
form_of bright.tflite bright.npy walk-class.npy
shows '^ fp32 +at chance level: fp32 names the label.s class in '
form_of regression.tflite x.npy noise.npy
shows 'target -?[0-9.]+ and more' '^ fp32 +no better than a constant: '
form_of tokens.tflite ids.npy
shows '^ fp32 +not constant, and no labels to judge it by, over 32 samples' "'ids', int32 1x8, the first of 2 inputs" \
    '([0-9]+, ){7}[0-9]+'
head -c 200 x.npy >cut.npy
form_of regression.tflite cut.npy noise.npy
shows 'form/x.npy: 128 bytes of elements' '^ fp32 +does not run: form/x.npy: 128 bytes'
# One that is quantized already has one mode.
expect 0 quantize net.tflite --mode int8:effort=0 --calibration random:4 -o whole.tflite
expect 0 whole.tflite --plain --size 120x40
grep -qE '^ command +quantop run whole.tflite .*--modes as-is$' out || fail "$(cat out)"
expect 0 synth:mlp --plain --size 120x40
grep -qE '^ command +quantop run synth:mlp$' out || fail "$(cat out)"

# Without a terminal and without --plain, a folder is what it was: no model.
expect 4 here
grep -q 'here: a folder, expected a .tflite or .onnx file' out || fail "$(cat out)"
expect 3 net.tflite --plain --modes fp32
says 'option --plain: prints the start screen'
exit 0
