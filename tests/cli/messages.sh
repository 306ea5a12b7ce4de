#!/bin/bash
# Messages name what is wrong and what to do; nothing that a file holds steers the terminal.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1

says_not() {
    ! grep -q -e "$1" "$scratch/err" "$scratch/out" || fail "'$1' in: $(cat "$scratch/err" "$scratch/out")"
}

# No control characters beside line ends on either side.
is_clean() {
    ! LC_ALL=C grep -q -P '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$scratch/err" "$scratch/out" ||
        fail "control characters from $*: $(cat -v "$scratch/err" "$scratch/out")"
}

# The option is named, not the word before it.
expect 3 run P --csv
says "option '--csv' needs a value: FILE"
expect 3 run --quiet=1 P
says "option '--quiet' takes no value"
expect 3 run P --colour
says "unknown option '--colour'"
expect 3 run P -qx
says "unknown option '-x'"
expect 3 run --model synth:mlp --placements 1,coros
says "option --placements: .*'coros', nearest is 'cores'"
printf 'model: synth:mlp\nplacements: [1, nowhere]\n' >p.yaml
expect 3 run p.yaml
says "p.yaml:2:17: .*'nowhere', expected a number of cores, cores, threads, .* or a list"
expect 0 run --model synth:mlp --isa avx512-fp16 --modes fp32 --dry-run
lscpu | grep -q avx512_fp16 || says '^quantop: warning: this CPU has no avx512-fp16: kernels up to '

# Profiles: shipped ones by name, byte-order marks, statuses.
expect 0 run quick --dry-run
grep -q ' mlp ' out || fail "no model in the shipped profile: $(cat out)"
expect 4 run quik
says "quik: no such file, and no shipped profile is called so; nearest is 'quick'"
printf '\xef\xbb\xbfmodel: synth:mlp\nmodes: [fp32]\n' >bom.yaml
expect 0 run bom.yaml --dry-run
printf 'model: [\n' >broken.yaml
expect 3 run broken.yaml
says 'broken.yaml:2:1: not valid YAML'

# One cause is told once, on standard error where there is no table; nothing measured is a status.
expect 4 run --model none.tflite --modes fp32,int8,fp16 --placements 1,threads
[ "$(grep -c 'none.tflite' out)" = 1 ] || fail "not one line: $(cat out)"
grep -q 'none in all 6 rows failed: ' out || fail "$(cat out)"
expect 4 run --model none.tflite --modes fp32,int8 -q
[ -s out ] && fail "-q writes to standard output"
says 'none in all 2 rows failed: .*none.tflite'
expect 5 run --model synth:mlp --modes fp32,int8,16x8 --set measure.seconds=0.1 --set measure.min_rounds=1
grep -q 'mlp int8 on 1, 16x8 on 1 failed: ' out || fail "$(cat out)"

# What is no journal is said in a line; of many damaged lines of one, the first.
expect 4 why "$SOURCE/data/mobilenet.tflite"
says '^quantop: not a journal: .*mobilenet.tflite:1: not a line of JSON'
[ "$(wc -l <err)" = 1 ] || fail "more than a line: $(cat err)"
{ cat "$SOURCE/tests/tui/sample.jsonl"; printf 'x%s\n' 1 2 3 4 5; } >damaged.jsonl
expect 0 why damaged.jsonl
says 'damaged.jsonl: 2 more lines are no events'
[ "$(wc -l <err)" = 4 ] || fail "not four lines: $(cat err)"

# Raw calibration samples have a type, too.
mkdir raw
for i in 1 2 3 4; do head -c 784 /dev/zero >"raw/$i.bin"; done
expect 0 quantize "$SOURCE/data/mlp.tflite" --mode int8 --calibration raw --type int8 -o q.tflite

[ -d "${QUANTOP_SHARED:-}/cases" ] || { echo "SKIP messages: cases (no QUANTOP_SHARED)"; exit 0; }
cases=$QUANTOP_SHARED/cases
expect 0 run "$cases/bom-in-profile/bom.yaml" --dry-run
for file in "$cases"/hostile-onnx/*.onnx; do
    expect 4 inspect "$file"
    is_clean inspect "$file"
    expect 4 run --model "$file" --modes fp32,int8 --data random:2
    is_clean run "$file"
    grep -q ' in all 2 rows failed: prepare: ' out || fail "$file crashed: $(cat out)"
done
types=$cases/type-numbers-in-messages
expect 4 inspect "$types/logreg_iris.onnx"
says 'unsupported operators: LinearClassifier of ai.onnx.ml set 1 x1, .*ZipMap of ai.onnx.ml set 1 x1'
expect 4 inspect "$types/Kmeans.onnx"
says 'unsupported operators: Scaler of ai.onnx.ml set 1 x1 .*in operator set 7'
expect 4 inspect "$types/string_input_model.bin"
says 'unsupported element types: STRING x2'
expect 4 inspect "$types/multi_subgraphs_while.bin"
says 'unsupported operators: WHILE x1'
says_not 'element type [0-9]'
expect 4 inspect "$types/sparse_tensor.bin"
says "unsupported operators: custom 'FakeOp' x1 (first: node 0)"
expect 4 inspect "$types/blockwise_quantized.tflite"
says "tensor 2 ('quantized_tensor'): scales of blocks are supported for constants"
foreign=$cases/not-a-model-but-what
while read -r file text; do
    expect 4 inspect "$foreign/$file"
    says "$file: not a .tflite or .onnx file but $text"
done <<END
h5.h5 a Keras HDF5 file; convert it: tflite_convert --keras_model_file=
lfs.onnx a Git LFS pointer; fetch the file itself: git lfs pull
lfs.tflite a Git LFS pointer; fetch the file itself: git lfs pull
ort.ort an .ort file of ONNX Runtime; take the .onnx file
page.tflite an HTML page; download the file itself
END
