#!/bin/bash
# Winograd's method shows in the names of kernels, and where it is switched off, by option or key, convolutions are
# computed as they are defined; outputs are near to each other.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1

# Names and counts of the kernels of fp32 in the last run.
kernels() {
    python3 -c 'import csv, sys; print(next(csv.DictReader(open(sys.argv[1])))["kernels"])' "$1" ||
        fail "no column 'kernels' in $1"
}

expect 0 run --model synth:resnet-18:size=64 --data random:4 --modes fp32,fp16,int8 --seconds 1 --csv fast.csv
kernels fast.csv | grep -q 'winograd_4x4_conv_2d_f32' || fail "no Winograd in $(kernels fast.csv)"
[ "$(grep -c winograd fast.csv)" = 1 ] || fail "more modes than fp32 have it: $(cat fast.csv)"
expect 0 run --model synth:resnet-18:size=64 --data random:4 --modes fp32 --convolutions direct --seconds 1 \
    --csv direct.csv
kernels direct.csv | grep -q winograd && fail "Winograd in $(kernels direct.csv)"
expect 0 run --model synth:resnet-18:size=64 --data random:4 --modes fp32 --set measure.convolutions=direct \
    --seconds 1 --csv key.csv
[ "$(kernels key.csv)" = "$(kernels direct.csv)" ] || fail "the key: $(kernels key.csv)"
expect 3 run --model synth:mlp --convolutions winograd
says "'winograd' for 'measure.convolutions', expected one of fastest, direct"

expect 0 synth resnet-18 --size 64 --classes 10 --output model.tflite
head -c $((64 * 64 * 3 * 4)) /dev/zero | tr '\0' '\077' >in.raw
expect 0 infer model.tflite --input in.raw --output fast.raw
expect 0 infer model.tflite --convolutions direct --input in.raw --output direct.raw
cmp -s fast.raw direct.raw && fail "the option changes nothing"
python3 - <<'END' || fail "outputs are too far from each other"
import array
fast, direct = (array.array("f", open(name, "rb").read()) for name in ("fast.raw", "direct.raw"))
print(list(zip(fast, direct)))
assert len(fast) == len(direct) == 10
assert all(abs(a - b) <= 1e-4 * max(map(abs, direct)) for a, b in zip(fast, direct))
END
