#!/bin/bash
# Models change their format and compute the same; inputs get shapes; a file that refers to others becomes one
# that stands alone.
. "$(dirname "$0")/lib.bash"
build=${BUILD:?}
cd "$scratch" || exit 1
head -c 31360 /dev/urandom >in.bin

# The outputs of a model for the same inputs.
outputs() {
    expect 0 infer "$1" --input in.bin --output out.bin
    cksum <out.bin
}

for mode in int8 16x8 fp16; do
    expect 0 quantize "$SOURCE/data/mlp.tflite" --mode $mode --profile "$SOURCE/profiles/default.yaml" \
        -o a.tflite
    expect 0 convert a.tflite -o b.onnx
    expect 0 convert b.onnx -o c.tflite
    [ "$(outputs a.tflite)" = "$(outputs b.onnx)" ] || fail "$mode: the .onnx file computes something else"
    [ "$(outputs a.tflite)" = "$(outputs c.tflite)" ] || fail "$mode: the way back changed something"
done
expect 0 convert a.tflite -o b.onnx --activations int8
expect 3 convert a.tflite -o b.onnx --activations int4
says 'expected uint8|int8'
expect 3 convert a.tflite -o b.model
says 'expected .tflite or .onnx'
expect 3 convert a.tflite
says '\-\-output'

# Shapes of inputs.
expect 0 synth squeezenet --size 64 --classes 10 -o squeezenet.onnx
expect 0 inspect squeezenet.onnx --shape input=1x96x96x3
grep -q "'input', float32 1x96x96x3" out || fail "the shape was not taken: $(head -3 out)"
expect 3 inspect squeezenet.onnx --shape images=1x96x96x3
says "there is no input 'images'"
expect 3 inspect squeezenet.onnx --shape input=1x96x
says 'expected NAME=AxBxC'
expect 0 run --model squeezenet.onnx --shape input=1x48x48x3 --modes as-is,fp32 --data random:4 \
    --set measure.seconds=1 --csv -
[ "$(grep -c '^squeezenet,.*,done,' out)" = 2 ] || fail "a run with a shape: $(cat out err)"

# Constants in another file.
mkdir external
expect 0 quantize "$SOURCE/data/mlp.tflite" --mode fp32 -o mlp.onnx
"$build/tests/fuzz/make_external" external mlp.onnx || fail 'no external data'
[ "$(outputs mlp.onnx)" = "$(outputs external/external-sound.onnx)" ] ||
    fail 'external data means something else'
expect 0 run --model external/external-sound.onnx --modes as-is,int8 --data random:4 \
    --set measure.seconds=1 --csv -
[ "$(grep -c '^external-sound,.*,done,' out)" = 2 ] || fail "external data in a run: $(cat out err)"
