#!/bin/bash
# The keyword spotting models score on 1000 labelled samples what the reference scored, and what we
# quantize stays close to it.
set -u
shared=${QUANTOP_SHARED:-$SOURCE/../shared}
[ -d "$shared/datasets/kws01" ] || { echo "SKIP keywords: no '$shared/datasets/kws01'"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_STATE_HOME=$scratch

fail() {
    echo "FAIL keywords: $*"
    exit 1
}

profile() {
    cat >"$scratch/p.yaml" <<END
model: $shared/models/$1.tflite
data: {samples: $shared/datasets/kws01, type: int8, first: $3}
preprocess: {scale: 0.584702909, zero_point: 83}
calibration: {samples: $shared/datasets/kws01, count: 100}
modes: [$2]
placement: 1
measure: {seconds: 0.5, min_rounds: 2, max_rounds: 3}
END
    "$QUANTOP" run "$scratch/p.yaml" --json "$scratch/p.json" >"$scratch/log" 2>&1 || {
        cat "$scratch/log"
        fail "the run on $1 failed"
    }
}

# Samples of a mode that were right, from the accuracy in per cent and the number of samples.
right() {
    tr -d ' \n' <"$scratch/p.json" | grep -o "\"mode\":\"$1\",[^}]*" | head -n 1 |
        sed -n 's/.*"accuracy":\([0-9.]*\).*/\1/p' | awk -v n="$2" '{ printf "%d", $1 * n / 100 + 0.5 }'
}

expect() {
    local got
    got=$(right "$1" "$2")
    [ -n "$got" ] && [ "$got" -ge "$3" ] && [ "$got" -le "$4" ] ||
        fail "$1: $got of $2 are right, expected $3 to $4"
    echo "$1: $got of $2"
}

profile kws_int8 as-is 0
expect as-is 1000 901 901
profile kws_float "fp32, int8, 16x8, fp16" 0
expect fp32 1000 913 913
expect int8 1000 904 1000
expect fp16 1000 910 916
# Rounding the weights happens to win four samples here, in float arithmetic as in 16x8
# (tests/unit/test_wide_activations): no more than three may be lost.
expect 16x8 1000 910 1000
profile kws_float "fp32, {mode: 16x8, observer: percentile}" 0
expect 16x8:observer=percentile 1000 910 916
profile kws_float "fp32, int8" 100
expect int8 900 814 900
