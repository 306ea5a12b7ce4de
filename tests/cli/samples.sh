#!/bin/bash
# Data as people have them: labels and arrays in every form, folders of pictures, models of a cache.
. "$(dirname "$0")/lib.bash"
build=${BUILD:?}
cases=${QUANTOP_SHARED:-$SOURCE/../shared}/cases
brief=(--set measure.seconds=0.01 --set measure.min_rounds=1 --set measure.max_rounds=1)

# Runs fp32 with the arguments; its accuracy begins with $1.
accuracy() {
    local wanted=$1 got
    shift
    expect 0 run "$@" "${brief[@]}" --csv "$scratch/run.csv"
    got=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        NR == 2 { print $at["accuracy"] }' "$scratch/run.csv")
    [[ $got == $wanted* ]] || fail "run $* has accuracy '$got', expected '$wanted'"
}

if [ -d "$cases" ]; then
    c=$cases/float-labels-are-ignored
    for labels in y_int y_float64 y_onehot; do
        accuracy 71.66 --model "$c/net.onnx" --modes fp32 --data "$c/x.npy" --labels "$c/$labels.npy"
    done
    c=$cases/labels-and-arrays-of-users
    accuracy 100 --model "$c/net.onnx" --modes fp32 --data "$c/x.npy" --labels "$c/y.csv"
    accuracy 100 --model "$c/net.onnx" --modes fp32 --data "$c/x_fortran.npy" --labels "$c/y_onehot_u1.npy"
    accuracy 100 --model "$c/net.onnx" --modes fp32 --data "$c/set.npz"
    accuracy 100 --model "$c/net.onnx" --modes fp32 --data "$c/table.csv"
    c=$cases/mean-per-channel-of-nchw
    accuracy 100 "$c/npy.yaml"
    accuracy 100 "$c/raw.yaml"
else
    echo "no $cases: the cases of users are left out"
fi

# A folder for each class, with nothing but a model and a preset: a table, and a note on the classes.
for class in ant bee cat; do
    mkdir -p "$scratch/pictures/$class"
    cp "$SOURCE"/tests/data/pictures/{colour,grey}.jpg "$SOURCE/tests/data/pictures/palette.png" \
        "$scratch/pictures/$class"
done
expect 0 run --model synth:mobilenet-v2:size=32,classes=10 --data "$scratch/pictures" \
    --preset imagenet --modes fp32,int8 "${brief[@]}" --csv "$scratch/run.csv" --markdown "$scratch/run.md"
grep -q "classes are numbered by its folders in order, from 0 'ant' to 2 'cat'" "$scratch/run.csv" ||
    fail "no remark on classes in: $(cat "$scratch/run.csv")"
[ "$(grep -c 'numbered by its folders' "$scratch/out")" -le 1 ] || fail "a note is told twice"

# Truncated and foreign files are named.
head -c 500 "$SOURCE/tests/data/pictures/colour.jpg" >"$scratch/pictures/bee/grey.jpg"
expect 4 run --model synth:mobilenet-v2:size=32,classes=10 --data "$scratch/pictures" --modes fp32 \
    "${brief[@]}"
grep -q 'bee/grey.jpg: damaged JPEG file' "$scratch/out" "$scratch/err" ||
    fail "the cut file is not named: $(cat "$scratch/out" "$scratch/err")"

# In a Hugging Face cache, model and weights are links to the blobs beside; elsewhere they may not lead.
"$QUANTOP" quantize "$SOURCE/data/mobilenet.tflite" --mode fp32 -o "$scratch/fp32.onnx" >/dev/null ||
    fail "no .onnx file"
mkdir -p "$scratch"/{external,hub/blobs,hub/snapshots/1a2b/onnx,elsewhere}
"$build/tests/fuzz/make_external" "$scratch/external" "$scratch/fp32.onnx" || fail "no external data"
snapshot=$scratch/hub/snapshots/1a2b/onnx
mv "$scratch/external/external-sound.onnx" "$scratch/hub/blobs/c0ffee"
cp "$scratch/external/weights.bin" "$scratch/hub/blobs/f00d"
mv "$scratch/external/weights.bin" "$scratch/elsewhere/"
ln -s ../../../blobs/c0ffee "$snapshot/model.onnx"
ln -s ../../../blobs/f00d "$snapshot/weights.bin"
expect 0 inspect "$snapshot/model.onnx"
expect 0 run --model "$snapshot/model.onnx" --data random:4 --modes fp32 "${brief[@]}"
expect 0 quantize "$snapshot/model.onnx" --mode fp16 --output "$scratch/cached.tflite"
ln -sf ../../../../elsewhere/weights.bin "$snapshot/weights.bin"
expect 4 inspect "$snapshot/model.onnx"
says "leads out of the model's folder"
ln -sf ../../../../elsewhere/weights.bin "$scratch/hub/blobs/f00d"
ln -sf ../../../blobs/f00d "$snapshot/weights.bin"
expect 4 inspect "$snapshot/model.onnx"
