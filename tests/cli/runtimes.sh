#!/bin/bash
# Every mode on ONNX Runtime beside the builtin runtime: the same accuracy, and figures that compare the
# two. A .onnx file as it is runs on both, too.
. "$(dirname "$0")/lib.bash"
expect 0 runtimes
grep -q '^  takes .onnx; version' "$scratch/out" ||
    { echo "SKIP runtimes: ONNX Runtime is not here (./bootstrap onnxruntime)"; exit 77; }

# Rows as "runtime mode" and the columns named in the arguments, of $scratch/rows.csv.
columns() {
    awk -F, -v names="$*" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(names, name, " "); next }
        { printf "%s %s %s", $at["runtime"], $at["model"], $at["mode"]
          for (i = 1; i <= n; i++) printf " %s", $at[name[i]] == "" ? "-" : $at[name[i]]
          print "" }' "$scratch/rows.csv"
}

quick_profile 'fp32, dynamic, int8, int8-io, 16x8, fp16' 'runtimes: [builtin, onnxruntime]'
expect 0 run "$scratch/quick.yaml" --csv "$scratch/rows.csv" --journal "$scratch/steps.jsonl"
[ "$(columns state | grep -c ' done$')" = 24 ] || fail "rows failed: $(cat "$scratch/rows.csv")"
columns accuracy vs_builtin speedup | awk '
    { other = $1 == "builtin" ? "onnxruntime" : "builtin"; accuracy[$1, $2, $3] = $4 }
    $1 == "builtin" && $5 != 1 { print "vs_builtin of a builtin row:", $0 }
    $1 != "builtin" && !($5 > 0) { print "no vs_builtin:", $0 }
    $3 == "fp32" && $6 != 1 { print "speedup of fp32:", $0 }
    # of 200 samples
    ((other, $2, $3) in accuracy) && (accuracy[other, $2, $3] - $4) ^ 2 > 4 { print "accuracy differs:", $0 }
' >"$scratch/wrong"
[ -s "$scratch/wrong" ] && fail "$(cat "$scratch/wrong")"

# Steps of both do the same products: as many multiply-accumulates, with as many bytes of weights. What the library
# fused is found again in the model, whatever it calls that.
text_of() { # key of a line of the journal in $0
    sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}
if "$QUANTOP" topology | grep -q 'sandbox of workers: .*seccomp'; then
    grep '"event":"trial"' "$scratch/steps.jsonl" | while read -r line; do
        trial=$(sed 's/.*"trial":\([0-9]*\).*/\1/' <<<"$line")
        steps=$(grep '"event":"steps"' "$scratch/steps.jsonl" | grep "\"trial\":$trial[,}]")
        for key in macs constant_bytes; do
            # Of the steps that multiply alone.
            sum=$(sed 's/{"/\n{"/g' <<<"$steps" | grep '"macs":[1-9]' | sed -n "s/.*\"$key\":\([0-9.]*\).*/\1/p" |
                awk '{ sum += $1 } END { printf "%d", sum }')
            echo "$(text_of runtime <<<"$line") $(text_of model <<<"$line") $(text_of label <<<"$line") $key $sum"
        done
    done | sort >"$scratch/products"
    [ "$(wc -l <"$scratch/products")" = 48 ] || fail "not 24 rows with steps: $(cat "$scratch/products")"
    awk '{ sum[$1, $2, $3, $4] = $5 }
        $1 == "onnxruntime" && !($5 > 0 && $5 == sum["builtin", $2, $3, $4]) { print; bad = 1 } END { exit bad }' \
        "$scratch/products" >"$scratch/wrong" || fail "products differ: $(cat "$scratch/wrong" "$scratch/products")"
    for op in QLinearConv ConvInteger; do
        grep -q "\"op\": *\"$op\"" "$scratch/steps.jsonl" || fail "no step is of $op"
    done
    grep -q '"merged": *"Add, Relu"' "$scratch/steps.jsonl" || fail "what was fused is not told"
fi

expect 0 quantize "$SOURCE/data/resnet.tflite" --mode int8 --profile "$scratch/quick.yaml" \
    -o "$scratch/resnet.onnx"
expect 0 run --model "$scratch/resnet.onnx" --modes as-is --runtimes onnxruntime,builtin \
    --placements 1,cores --seconds 0.2 --csv "$scratch/rows.csv"
[ "$(columns state size_bytes | grep -c " done $(wc -c <"$scratch/resnet.onnx")$")" = 4 ] ||
    fail "as it is: $(cat "$scratch/rows.csv")"

# ONNX Runtime brings biases into int32 by itself: those of channels without weights must fit, or 16x8
# loses nearly all there.
"$BUILD/tests/cli/make_models" "$scratch" || fail "no models"
expect 0 run --model "$scratch/dead.tflite" --data "$scratch/user.npy" --modes fp32,16x8:effort=0 \
    --runtimes builtin,onnxruntime --set measure.seconds=0.2 --csv "$scratch/rows.csv"
columns sqnr_db | awk '
    $3 ~ /^16x8/ { db[$1] = $4 }
    END { exit !(db["builtin"] > 50 && (db["onnxruntime"] - db["builtin"]) ^ 2 < 1) }' ||
    fail "dead channels: $(columns sqnr_db)"
