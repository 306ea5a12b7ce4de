#!/bin/bash
# Winograd's method shows in the names of kernels, and where it is switched off, by option or key, convolutions are
# computed as they are defined; outputs are near to each other.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1

# Names of the convolutions in the rows of a CSV.
convolutions() {
    grep -o '[a-z0-9_]*conv_2d_f32_[a-z0-9_]*' "$1" | sort -u | grep . || fail "no kernels in $1: $(cat "$1")"
}

run=(run --model synth:resnet-18:size=64 --data random:4 --seconds 1)
expect 0 "${run[@]}" --modes fp32,fp16,int8 --csv fast.csv
grep ',fp32,' fast.csv | grep -q 'winograd_[24]x[24]_conv_2d_f32_' || fail "no Winograd: $(cat fast.csv)"
[ "$(grep -c winograd fast.csv)" = 1 ] || fail "more modes than fp32 have it: $(cat fast.csv)"
expect 0 "${run[@]}" --modes fp32 --convolutions direct --csv direct.csv
convolutions direct.csv | grep winograd && fail "Winograd in $(cat direct.csv)"
expect 0 "${run[@]}" --modes fp32 --set measure.convolutions=direct --csv key.csv
[ "$(convolutions key.csv)" = "$(convolutions direct.csv)" ] || fail "the key: $(cat key.csv)"
expect 3 run --model synth:mlp --convolutions winograd
says "'winograd' for 'measure.convolutions', expected one of fastest, direct"

# In a column.
numbers() {
    od -An -v -w4 -tf4 "$1"
}
expect 0 synth resnet-18 --size 64 --classes 10 --output model.tflite
head -c $((64 * 64 * 3 * 4)) /dev/zero | tr '\0' '\077' >in.raw
expect 0 infer model.tflite --input in.raw --output fast.raw
expect 0 infer model.tflite --convolutions direct --input in.raw --output direct.raw
cmp -s fast.raw direct.raw && fail "the option changes nothing"
paste <(numbers fast.raw) <(numbers direct.raw) | awk '
    { difference = $1 > $2 ? $1 - $2 : $2 - $1 }
    NF != 2 || $1 !~ /^[0-9]/ || $2 !~ /^[0-9]/ { wrong++ }
    difference > furthest { furthest = difference }
    $2 > greatest { greatest = $2 }
    END { exit wrong > 0 || NR != 10 || greatest == 0 || furthest > 1e-4 * greatest }' ||
    fail "outputs are too far from each other: $(paste <(numbers fast.raw) <(numbers direct.raw))"
