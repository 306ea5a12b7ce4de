#!/bin/bash
# CSV, JSON and the table of one journal agree; CSV parses strictly; `quantop quantize` writes files of
# exactly the size that the table has, and they compute what the mode computes.
. "$(dirname "$0")/lib.bash"

quick_profile 'fp32, dynamic, int8, {mode: int8-io, effort: 0}, {mode: 16x8, effort: 0}, fp16' 'title: "a, \"quoted\" title"'
expect 0 run "$scratch/quick.yaml" --journal "$scratch/run.jsonl" --csv "$scratch/run.csv" \
    --json "$scratch/run.json" --markdown "$scratch/run.md"
expect 0 view "$scratch/run.jsonl" --csv "$scratch/view.csv" --json "$scratch/view.json"
cmp "$scratch/run.csv" "$scratch/view.csv" || fail "the CSV of the journal differs"
cmp "$scratch/run.json" "$scratch/view.json" || fail "the JSON of the journal differs"

if command -v python3 >/dev/null; then
    python3 - "$scratch/run.csv" "$scratch/run.json" <<'END' || fail "CSV and JSON disagree"
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], newline=""), strict=True))
objects = json.load(open(sys.argv[2]))["rows"]
assert len(rows) == len(objects) == 12
for row, item in zip(rows, objects):
    item = {k: v for k, v in item.items() if not k.endswith("_absent")}
    assert set(row) == set(item), set(row) ^ set(item)
    for key, text in row.items():
        value = item[key]
        if value is None:
            assert text == "", (key, text)
        elif isinstance(value, str):
            assert text == value, (key, text, value)
        else:
            assert float(text) == float(value), (key, text, value)
END
else
    echo "SKIP agree: python3 is missing, the CSV was not parsed"
fi

field() { # row of model $1, mode $2: the column named $3
    awk -F, -v model="$1" -v mode="$2" -v column="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["model"] == model && $at["mode"] == mode { print $at[column]; exit }' "$scratch/run.csv"
}

# The effort takes its time: once.
at() {
    case $1 in
    int8-io | 16x8) echo "$1:effort=0" ;;
    *) echo "$1" ;;
    esac
}
for mode in fp32 dynamic int8 int8-io 16x8 fp16; do
    expect 0 quantize "$SOURCE/data/resnet.tflite" --mode "$(at $mode)" --profile "$scratch/quick.yaml" \
        -o "$scratch/$mode.tflite"
    size=$(wc -c <"$scratch/$mode.tflite")
    [ "$size" = "$(field resnet "$(at $mode)" size_bytes)" ] ||
        fail "$mode: the file has $size bytes, the table $(field resnet "$(at $mode)" size_bytes)"
done

# The written file and the mode applied in memory give the same outputs.
head -c $((784 * 4 * 5)) /dev/zero | tr '\0' '\76' >"$scratch/in.bin"
for mode in dynamic fp16; do
    expect 0 infer "$scratch/$mode.tflite" --input "$scratch/in.bin" --output "$scratch/a.bin"
    expect 0 infer "$SOURCE/data/resnet.tflite" --mode $mode --input "$scratch/in.bin" \
        --output "$scratch/b.bin"
    cmp "$scratch/a.bin" "$scratch/b.bin" || fail "$mode: the file computes something else"
done

# Files of the other format run, too, and say as much.
for mode in fp32 dynamic dynamic:fit=nearest,bias=corrected int8:effort=0 int8:effort=0,wide=CONV_2D 16x8:effort=0 fp16; do
    expect 0 quantize "$SOURCE/data/resnet.tflite" --mode $mode --profile "$scratch/quick.yaml" \
        -o "$scratch/$mode.onnx"
    expect 0 infer "$scratch/$mode.onnx" --input "$scratch/in.bin" --output "$scratch/a.bin"
    [ "$(wc -c <"$scratch/a.bin")" = $((5 * 10 * 4)) ] || fail "$mode.onnx: wrong output"
done
