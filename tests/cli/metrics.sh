#!/bin/bash
# Figures of accuracy say what they are and nothing that they cannot know: metrics follow the output and
# the labels, all outputs are compared, and data that make no sense pass no gate.
. "$(dirname "$0")/lib.bash"

measure='measure: {seconds: 0.2, min_rounds: 2, max_rounds: 2, profile_seconds: 0}'
images="samples: $SOURCE/data/test-images.idx.gz, count: 200"
labels="labels: $SOURCE/data/test-labels.idx.gz"

profile() { # $1: model, $2: data, $3: further lines
    cat >"$scratch/p.yaml" <<END
model: $1
data: {$2}
modes: [fp32, int8]
$measure
output: {csv: $scratch/rows.csv, json: $scratch/rows.json}
${3:-}
END
}

shipped() { # the shipped network, whose pixels need a scale: $1: data, $2: further lines
    profile "$SOURCE/data/mlp.tflite" "$1" "preprocess: {scale: 0.00392156862745098}
${2:-}"
}

field() { # row of mode $1: the column named $2, of the CSV
    awk -F, -v mode="$1" -v column="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["mode"] == mode { print $at[column]; exit }' "$scratch/rows.csv"
}

is() { # column $2 of mode $1 must be $3
    [ "$(field "$1" "$2")" = "$3" ] || fail "$2 of $1 is '$(field "$1" "$2")', expected '$3'"
}

tells() { # what the last run said on stdout
    grep -q -e "$1" "$scratch/out" || fail "no '$1' in: $(cat "$scratch/out")"
}

# Labels and class scores: shares, and their differences in points.
shipped "$images, $labels" 'constraints: {max_drop: 50}'
expect 0 run "$scratch/p.yaml"
tells 'top-1 %'
tells 'drop pp'
tells 'SQNR dB'
tells '^mlp: ship .* pp$'
is int8 metric top1
is int8 metric_unit %
is int8 drop_unit pp
awk -v db="$(field int8 sqnr_db)" 'BEGIN { exit !(db > 10 && db < 60) }' ||
    fail "int8 has an SQNR of $(field int8 sqnr_db) dB"
is fp32 sqnr_db ''
grep -q '"sqnr_db_absent": "it is what the others are compared with"' "$scratch/rows.json" ||
    fail "nothing says why fp32 has no SQNR"

# The journal alone makes the same table.
journal=$(sed -n 's/^journal: //p' "$scratch/out")
cp "$scratch/rows.csv" "$scratch/run.csv"
expect 0 view "$journal" --csv "$scratch/rows.csv"
cmp "$scratch/run.csv" "$scratch/rows.csv" || fail "the CSV of the journal differs"

# Without labels, behind a softmax.
shipped "$images"
expect 0 run "$scratch/p.yaml"
tells 'agree %'
is int8 metric agreement
is fp32 accuracy ''

# Labels that belong to other samples, or that count from 1: no gate is passed.
gunzip -c "$SOURCE/data/test-labels.idx.gz" >"$scratch/labels.idx"
{ head -c 8 "$scratch/labels.idx" && tail -c +14 "$scratch/labels.idx" && printf '\0\0\0\0\0'; } \
    >"$scratch/others.idx"
shipped "$images, labels: $scratch/others.idx" 'constraints: {max_drop: 50}'
expect 2 run "$scratch/p.yaml"
tells 'cannot tell what quantization costs: .* better than chance'
{ head -c 8 "$scratch/labels.idx" && tail -c +9 "$scratch/labels.idx" | tr '\0-\11' '\1-\12'; } \
    >"$scratch/from-1.idx"
shipped "$images, labels: $scratch/from-1.idx" 'constraints: {max_drop: 50}'
expect 2 run "$scratch/p.yaml"
tells 'labels lie beyond the 10 classes of the output, up to 10: do they count from 1?'

# A metric that does not fit gives its reason, and the rest is measured.
shipped "$images, $labels" 'metric: auc'
expect 0 run "$scratch/p.yaml"
tells "no accuracy: metric 'auc' needs labels 0 and 1, there are others"
is int8 accuracy ''
[ -n "$(field int8 latency_ms)" ] || fail "a metric that does not fit costs the row"

cases=${QUANTOP_SHARED:-/nowhere}/cases
if ! [ -d "$cases" ]; then
    echo "SKIP metrics: QUANTOP_SHARED has no cases"
    exit 0
fi

# One output behind a sigmoid: its class is a decision.
case=$cases/one-score-always-agrees
{ # next to nothing: of zeros alone a scale is a guess
    head -c 128 "$case/zeros.npy"
    for _ in $(seq 800); do printf '\xac\xc5\x27\x37'; done
} >"$scratch/dark.npy"
profile "$case/wake.onnx" "samples: $case/x.npy, labels: $case/y.npy" \
    "calibration: {samples: $scratch/dark.npy}"
expect 0 run "$scratch/p.yaml"
is fp32 metric decision
is fp32 accuracy 100
is int8 accuracy 56.5
tells "int8: output '.*' is the same for all samples"
profile "$case/wake.onnx" "samples: $case/x.npy" "calibration: {samples: $scratch/dark.npy}"
expect 0 run "$scratch/p.yaml"
is fp32 accuracy ''
is int8 accuracy 56.5
profile "$case/wake.onnx" "samples: $case/x.npy, labels: $case/y.npy" 'metric: top1'
expect 0 run "$scratch/p.yaml"
tells "metric 'top1' needs an output of at least 2 elements, this one has 1"

# A second output that int8 destroys.
case=$cases/second-output-unseen
profile "$case/heads.onnx" "samples: $case/x.npy"
expect 0 run "$scratch/p.yaml"
is int8 metric sqnr
awk -v db="$(field int8 sqnr_db)" 'BEGIN { exit !(db < 1) }' ||
    fail "a destroyed output has an SQNR of $(field int8 sqnr_db) dB"
grep -q 'box 1x3: SQNR .* channel 1 worst with 0.0 dB' "$scratch/rows.json" ||
    fail "the destroyed channel is not named"

# Not a number: node and sample are named, in scoring and in calibration.
case=$cases/nan-in-activations
profile "$case/net.onnx" "samples: $case/x.npy"
expect 4 run "$scratch/p.yaml"
tells "fp32 .*output 'y' is NaN for sample 0; the first value that is not finite is in node .*DIV"
tells "int8 .*node .*DIV.* holds NaN or infinity for calibration sample 0"
profile "$case/net.onnx" "samples: $case/x.npy, first: 3" "calibration: {samples: $case/x.npy, first: 2}"
expect 4 run "$scratch/p.yaml"
tells "fp32 .*output 'y' is NaN for sample 4; the first value"
tells "int8 .*node .*DIV.* holds NaN or infinity for calibration sample 2"

# Constants beyond what a mode can hold, and shares finer than its steps.
case=$cases/bias-beyond-half
profile "$case/net.onnx" "samples: $case/x.npy"
expect 0 run "$scratch/p.yaml" --modes fp32,16x8,fp16
is 16x8 sqnr_db inf
is fp16 sqnr_db inf
tells "fp16: note: constant 'b' stays float32: 8 of its values lie beyond float16's 65504, up to 100000"
case=$cases/softmax-of-1000
profile "$case/net.onnx" "samples: $case/x.npy"
expect 0 run "$scratch/p.yaml" --modes fp32,int8,int8-io
awk -v db="$(field int8 sqnr_db)" 'BEGIN { exit !(db > 40) }' ||
    fail "1000 classes in int8 have an SQNR of $(field int8 sqnr_db) dB"
tells 'int8: note: SOFTMAX of 1000 classes stays float: int8 has steps of 1/256 for it'
tells "int8-io: note: output 'y' is at most 0.0035 in calibration.*classes near each other become equal"
