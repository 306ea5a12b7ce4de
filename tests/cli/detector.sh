#!/bin/bash
# Detectors, whose last operator is a custom one of .tflite files: it is kept float in every mode, its lists of
# boxes are given out, and what is compared are the numbers that it chooses from.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1
"$BUILD/tests/cli/make_models" . || fail "no models"

for model in detector detector-regular; do
    expect 0 inspect $model.tflite
    grep -q 'DETECTION_POSTPROCESS' out || fail "inspect: $(cat out)"
    [ "$(grep -c '^output' out)" = 4 ] || fail "inspect: $(cat out)"
    # 5 boxes of 4 numbers, 5 classes, 5 scores and how many boxes there are, for each image.
    printf '%b' "$(awk 'BEGIN { x = 5; for (i = 0; i < 3 * 24 * 24 * 3; i++) { x = x * 16807 % 2147483647
        printf "\\000\\000\\0%03o\\0%03o", x % 128, x % 2 ? 191 : 63 } }')" >in.bin
    expect 0 infer $model.tflite -i in.bin -o out.bin
    [ "$(stat -c %s out.bin)" = $((3 * 31 * 4)) ] || fail "$(stat -c %s out.bin) bytes of outputs"
    od -An -v -tf4 -w124 out.bin | awk '{ count = $31; if (count < 1 || count > 5) exit 1
        for (i = 1; i < count; i++) if ($(25 + i) < $(26 + i)) exit 1          # the best come first
        for (i = 0; i < 5; i++) if (i >= count && $(26 + i) != 0) exit 1       # and nothing behind them
        for (i = 0; i < count; i++) if ($(21 + i) != 0 && $(21 + i) != 1) exit 1 }' ||
        fail "$model: $(od -An -v -tf4 -w124 out.bin)"
    expect 0 convert $model.tflite -o again.tflite
    expect 0 infer again.tflite -i in.bin -o again.bin
    cmp out.bin again.bin || fail "$model, written again"
    for mode in fp32 fp16 dynamic int8 int8-io 16x8; do
        expect 0 quantize $model.tflite --mode $mode --calibration random:20 -o $mode.tflite
        expect 0 inspect $mode.tflite
        grep -q 'DETECTION_POSTPROCESS' out || fail "$mode: $(cat out)"
        grep -q "output 1: '.*', float32 1x5$" out || fail "$mode: $(cat out)"
        grep -a -q TFLite_Detection_PostProcess $mode.tflite || fail "$mode: no custom operator in the file"
    done
done

expect 0 run --model detector.tflite --data random:20 --modes fp32,int8-io --seconds 0.1
grep -q "what DETECTION_POSTPROCESS finds stays float32, outputs as well, the first is 'boxes'" out ||
    fail "nothing said of outputs: $(cat out)"

# The format that lacks it is refused by the operator's name.
! "$QUANTOP" convert detector.tflite -o detector.onnx 2>err || fail "a detector in an .onnx file"
says "(DETECTION_POSTPROCESS): operator DETECTION_POSTPROCESS cannot be expressed in .onnx files"

# Boxes are compared where they are numbers in fixed places. The answer says so.
expect 0 run --model detector.tflite --data random:20 --modes fp32,fp16,dynamic,int8,16x8 --seconds 0.1 \
    --journal run.jsonl --csv rows.csv
grep -q 'what is compared are the box encodings and class scores' out || fail "nothing said: $(cat out)"
[ "$(grep -c '"fidelity"' run.jsonl)" = 5 ] || fail "no comparison"
! grep '"fidelity"' run.jsonl | grep -v '1x72x4.*1x72x3' || fail "something else is compared"
! grep '"fidelity"' run.jsonl | grep -e '"count"' -e '"classes"' || fail "lists are compared"
grep '"prepared"' run.jsonl | grep -v '"op": *"DETECTION_POSTPROCESS"' && fail "not reported as float"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "mode") m = i; if ($i == "accuracy") a = i
        if ($i == "metric") k = i }; next }
    $k != "sqnr" || ($m == "int8" && !($a > 10 && $a < 60)) || ($m == "fp16" && !($a > 40)) { exit 1 }' rows.csv ||
    fail "SQNR: $(cat rows.csv)"
