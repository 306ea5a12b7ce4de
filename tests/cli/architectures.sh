#!/bin/bash
# Architectures stand for models and drawn samples for data sets, in commands as in profiles; the same
# text gives the same file every time.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1

expect 0 synth
for architecture in mobilenet-v2 resnet-50 squeezenet bert-mini; do
    grep -q "^$architecture: " out || fail "'quantop synth' does not list $architecture"
done

expect 0 synth mobilenet-v2 --width 0.35 --size 64 --classes 10 -o a.tflite
expect 0 synth mobilenet-v2:width=0.35,size=64,classes=10 -o b.tflite
cmp a.tflite b.tflite || fail "the same architecture gave two files"
expect 0 synth mobilenet-v2 --width 0.35 --size 64 --classes 10 --seed 2 -o b.tflite
cmp -s a.tflite b.tflite && fail "another seed gave the same weights"

# The file and what it was made from are one model, node by node.
nodes() {
    expect 0 inspect "$1"
    sed '1,/^node/d' out
}
for architecture in mobilenet-v3-small:size=32 efficientnet-b0:size=32 squeezenet:size=64 \
    bert-tiny:size=8 bert-tiny-ids:size=8; do
    expect 0 synth $architecture -o c.tflite
    [ "$(nodes c.tflite)" = "$(nodes synth:$architecture)" ] ||
        fail "$architecture and its file differ"
done

expect 3 synth mobilenet-v4 -o a.tflite
says "nearest is 'mobilenet-v"
expect 3 synth mlp --size 0 -o a.tflite
says "option 'size' is '0'"
expect 3 synth mlp -o a.model
says 'a.model'
expect 3 synth mlp
expect 3 inspect synth:mlpp
says "nearest is 'mlp'"
# A file is a file with its folder before it.
expect 4 inspect ./synth:mlp

# A mode written to a file has the size that a run says.
expect 0 quantize synth:mlp:size=64 --mode int8 --data random:16 -o mlp8.tflite
expect 0 run --model synth:mlp:size=64 --data random:24 --modes fp32,int8,as-is --seconds 0.2 \
    --csv rows.csv --journal run.jsonl
[ "$(wc -l <rows.csv)" = 4 ] || fail "not three rows: $(cat rows.csv)"
grep -q "^mlp:size=64,int8,.*,$(wc -c <mlp8.tflite)," rows.csv ||
    fail "the file's size is in no row: $(cat rows.csv)"
grep -q '"metric":"agreement"' run.jsonl || fail "drawn samples are not scored by agreement"

cat >p.yaml <<'END'
models:
  - {architecture: mobilenet-v1, width: 0.25, size: 64, classes: 20, name: small}
  - {architecture: bert-tiny, size: 8}
data: {samples: random:20, first: 8}
calibration: {count: 8}
modes: [fp32, dynamic, int8, int8-io, 16x8, fp16]
measure: {seconds: 0.2, min_rounds: 2, max_rounds: 2, profile_seconds: 0}
END
expect 0 run p.yaml --csv rows.csv --journal second.jsonl
[ "$(grep -c ',done,' rows.csv)" = 12 ] || fail "not all rows are done: $(cat rows.csv)"
grep -q '"path":"synth:mobilenet-v1:width=0.25,size=64,classes=20"' second.jsonl ||
    fail "the journal does not say which architecture it was"
sed 's/size: 64/size: 6/' p.yaml >q.yaml
expect 3 run q.yaml
says "q.yaml:2:.*'size' is '6'"
