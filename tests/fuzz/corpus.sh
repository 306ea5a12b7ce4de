#!/bin/bash
# Damaged models, data sets and profiles: the program ends with an error that names the file, or runs;
# it never crashes. Under the sanitizers any misstep is a crash.
. "$(dirname "$0")/../cli/lib.bash"
build=${BUILD:?}

mkdir "$scratch"/{models,onnx,data,profiles,journals}
shared=${QUANTOP_SHARED:-$SOURCE/../shared}
models=("$SOURCE/data/mobilenet.tflite")
[ -d "$shared/models" ] && [ -d "$shared/cases" ] ||
    echo "SKIP $name: no QUANTOP_SHARED, so models of others were not damaged"
[ -d "$shared/models" ] && models+=("$shared"/models/*.tflite)
for mode in fp32 int8 dynamic; do
    "$QUANTOP" quantize "$SOURCE/data/mobilenet.tflite" --mode $mode --profile \
        "$SOURCE/profiles/default.yaml" -o "$scratch/$mode.onnx" >/dev/null || fail "no .onnx file"
done
"$QUANTOP" convert "$scratch/int8.onnx" -o "$scratch/once.tflite" >/dev/null || fail "no .tflite file"
models+=("$scratch/once.tflite") # one with an entry of metadata
mkdir "$scratch/made"
"$build/tests/cli/make_models" "$scratch/made" || fail "no models"
models+=("$scratch"/made/detector*.tflite) # a custom operator with its options
# Files with several signatures, sparse weights, branches, functions, nodes in any order, and variables.
if [ -d "$shared/cases" ]; then
    models+=("$shared"/cases/{second-signature-unseen,type-numbers-in-messages}/*.tflite
        "$shared"/cases/type-numbers-in-messages/*.bin "$shared"/cases/streaming-variables/*.tflite)
    cp "$shared"/cases/{control-flow-and-functions,nodes-out-of-order}/*.onnx "$scratch/onnx" ||
        fail "no files with branches, functions and nodes in any order"
fi
"$build/tests/fuzz/make_corpus" "$scratch/models" 60 "${models[@]}" || fail "no corpus of models"
"$build/tests/fuzz/make_corpus" "$scratch/onnx" 100 "$scratch"/*.onnx || fail "no corpus of .onnx files"
"$build/tests/fuzz/make_external" "$scratch/onnx" "$scratch/fp32.onnx" || fail "no external data"
"$build/tests/fuzz/make_corpus" "$scratch/onnx" 20 "$scratch/onnx/external-sound.onnx" ||
    fail "no corpus of .onnx files with external data"
"$build/tests/fuzz/make_corpus" "$scratch/data" 30 "$SOURCE"/data/calibration-*.gz ||
    fail "no corpus of data sets"
"$build/tests/fuzz/make_corpus" "$scratch/data" 40 "$SOURCE"/tests/data/pictures/*.jpg \
    "$SOURCE"/tests/data/pictures/*.png "$SOURCE"/tests/data/arrays/* || fail "no corpus of pictures"
"$build/tests/fuzz/make_corpus" "$scratch/profiles" 100 "$SOURCE/profiles/default.yaml" ||
    fail "no corpus of profiles"
awk '/^```yaml$/ { on = 1; next } /^```$/ { on = 0 } on' "$SOURCE/README.md" >"$scratch/config.yaml"
"$build/tests/fuzz/make_corpus" "$scratch/profiles" 100 "$scratch/config.yaml" || fail "no corpus of configurations"
"$build/tests/fuzz/make_corpus" "$scratch/journals" 100 "$SOURCE/tests/tui/sample.jsonl" ||
    fail "no corpus of journals"
# A report is a baseline where it says what was measured.
"$QUANTOP" view "$SOURCE/tests/tui/sample.jsonl" --json - >"$scratch/report.json" || fail "no report"
sed -i 's/"experiment": null/"experiment": {"models": [], "order": {}}/' "$scratch/report.json"
"$build/tests/fuzz/make_corpus" "$scratch/journals" 50 "$scratch/report.json" || fail "no corpus of reports"
# Changes that leave the structure sound get farther: up to what quantizes and runs.
mkdir "$scratch/sound"
cp "$scratch"/*.onnx "$scratch"/made/*.tflite "$SOURCE/data/mlp.tflite" "$scratch/sound" || fail "no sound models"
"$build/tests/fuzz/fuzz_run" --mutations 100 "$scratch/sound" || fail "fuzz_run ended with $?"
for target in onnx tflite; do
    "$build/tests/fuzz/fuzz_$target" --mutations 20 "$scratch"/sound/*.$target || fail "fuzz_$target ended with $?"
done
# What was found once.
for target in onnx tflite; do
    for seed in "$SOURCE/tests/fuzz/seeds/$target"/*; do
        "$build/tests/fuzz/fuzz_$target" "$seed" || fail "fuzz_$target ended with $? on $seed"
        "$build/tests/fuzz/fuzz_run" "$seed" || fail "fuzz_run ended with $? on $seed"
    done
done
"$build/tests/fuzz/fuzz_journal" --mutations 100 "$SOURCE/tests/tui/sample.jsonl" "$SOURCE/tests/fuzz/seeds/journal" || fail "fuzz_journal ended with $?"
"$build/tests/fuzz/fuzz_trace" --mutations 1000 "$SOURCE/tests/fuzz/seeds/trace" || fail "fuzz_trace ended with $?"
"$build/tests/fuzz/fuzz_tflite" "$scratch/models" || fail "fuzz_tflite ended with $?"
"$build/tests/fuzz/fuzz_onnx" "$scratch"/onnx/*.onnx || fail "fuzz_onnx ended with $?"
"$build/tests/fuzz/fuzz_profile" "$scratch/profiles" || fail "fuzz_profile ended with $?"
"$build/tests/fuzz/fuzz_dataset" "$scratch/data" "$SOURCE/tests/fuzz/seeds/dataset" || fail "fuzz_dataset ended with $?"
"$build/tests/fuzz/fuzz_journal" "$scratch/journals" || fail "fuzz_journal ended with $?"

head -c 31360 /dev/zero >"$scratch/in.bin"
cases=0
# Runs the program on a damaged file; it may succeed, or fail naming the file.
try() {
    local file=$1 status
    shift
    timeout 60 "$QUANTOP" "$@" >"$scratch/out" 2>"$scratch/err"
    status=$?
    cases=$((cases + 1))
    case $status in
    0) ;;
    3 | 4) grep -q "$(basename "$file")" "$scratch/err" ||
        fail "$* does not name the file: $(head -c 2000 "$scratch/err")" ;;
    *) fail "$* ended with $status: $(head -c 4000 "$scratch/err")" ;;
    esac
}

for file in "$scratch"/models/*; do
    try "$file" inspect "$file"
done
tflite_cases=$cases
for file in "$scratch"/onnx/*.onnx; do
    try "$file" inspect "$file"
done
onnx_cases=$cases
# Of the files that refer to others, the sound one runs and no other does.
for file in "$scratch"/onnx/external-*.onnx; do
    "$QUANTOP" infer "$file" --input "$scratch/in.bin" --output "$scratch/out.bin" >/dev/null 2>&1
    status=$?
    case $file in
    *-sound.onnx) [ $status = 0 ] || fail "a model with external data does not run" ;;
    *) [ $status = 4 ] || fail "$(basename "$file") ends with $status, expected 4" ;;
    esac
done
for file in "$scratch"/models/*mobilenet.tflite; do
    try "$file" infer "$file" --input "$scratch/in.bin" --output "$scratch/out.bin"
done
for file in "$scratch"/data/*images*; do
    try "$file" quantize "$SOURCE/data/mlp.tflite" --mode int8 --calibration "$file" \
        --scale 0.0039 --calibration-count 20 -o "$scratch/out.tflite"
done
# A profile is refused by name, or else understood: then its models are not beside it.
for file in "$scratch"/profiles/*; do
    timeout 60 "$QUANTOP" run "$file" --dry-run >"$scratch/out" 2>"$scratch/err"
    status=$?
    cases=$((cases + 1))
    case $status in
    0) ;;
    4 | 5) [ -s "$scratch/out" ] || [ -s "$scratch/err" ] || fail "$file ended with $status and no reason" ;;
    3) grep -q "$(basename "$file")" "$scratch/err" || fail "$file is not named: $(cat "$scratch/err")" ;;
    *) fail "$file ended with $status: $(head -c 4000 "$scratch/err")" ;;
    esac
done
for file in "$scratch"/journals/*; do
    try "$file" view "$file" --csv -
done
echo "$cases cases, $((onnx_cases - tflite_cases)) of them .onnx files"
[ $((onnx_cases - tflite_cases)) -ge 300 ] || fail "only $((onnx_cases - tflite_cases)) .onnx files"
[ $cases -ge 200 ] || fail "only $cases cases"
