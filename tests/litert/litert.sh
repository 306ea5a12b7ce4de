#!/bin/bash
# LiteRT, the runtime of those who use .tflite files, judges what is written: it loads and runs every
# operator and network in every mode, with its own kernels and with XNNPACK, and what it computes is
# what `quantop infer` does. It is an npm package (./bootstrap litert), which node runs.
. "$SOURCE/tests/cli/lib.bash"
here=$SOURCE/tests/litert
litert=${QUANTOP_LITERT:-$BUILD/litert}
command -v node >/dev/null || { echo "SKIP litert: node is missing"; exit 77; }
[ -d "$litert/wasm" ] || { echo "SKIP litert: there is no '$litert' (./bootstrap litert)"; exit 77; }
shared=${QUANTOP_SHARED:-$SOURCE/../shared}
cd "$scratch" || exit 1

# Lines of "MODEL INPUT TYPE [CLASSES [LABELS]]" in the file $2: what LiteRT with the kernels $1 differs by,
# as compare.cjs has it, in $1.cmp.
judge() {
    local model input rest
    while read -r model input rest; do
        "$QUANTOP" infer "$model.tflite" --input "$input" --output "$model.ours" 2>"$model.log" ||
            fail "$model: $(cat "$model.log")"
    done <"$2"
    awk '{ print $1 ".tflite", $2, $1 ".theirs" }' "$2" | node "$here/runner.cjs" "$litert" "$1" >"$1.log" ||
        fail "$1: $(tail -n 1 "$1.log")"
    ! grep ERROR "$1.log" | cut -c1-300 | head -n 20 | grep . || fail "LiteRT ($1) cannot run these"
    awk '{ print $1, $3, $1 ".ours", $1 ".theirs", $4, $5 }' "$2" | node "$here/compare.cjs" >"$1.cmp"
    [ "$(wc -l <"$1.cmp")" = "$(wc -l <"$2")" ] || fail "$1: not all was compared"
}

# What the awk program prints of a way's comparison is wrong.
must() {
    awk "$2" "$1.cmp" >wrong
    [ ! -s wrong ] || fail "$1: $(head -n 20 wrong)"
}

# --- operators, one by one

operators() {
    local tool=$BUILD/tests/litert/make_operators way
    [ -x "$tool" ] || { echo "SKIP litert: operators (there is no $tool)"; return; }
    "$tool" . >cut || fail "make_operators failed"
    awk '{ print $1, $1 ".in", $2 }' cut >jobs
    for way in builtin xnnpack; do
        judge $way jobs
        # A step of integers. What is quantized at run time is so by XNNPACK in its own way.
        must $way '{ bound = $1 ~ /dynamic/ ? 0.03 : 2e-5 }
                   !($4 <= ($1 ~ /\.(int8|16x8)/ && $4 >= 1 ? 1 : bound)) { print }'
        must $way '/16x8/ && $4 >= 1 && $3 > 0.05 * $2 { print }'
    done
    # On its own kernels LiteRT rounds twice, all but these; with XNNPACK once, where that has kernels.
    must builtin '/int8-twice/ && $4 >= 1 && !/^(CONV_2D|FULLY_CONNECTED|MEAN|SUM)\./ { print }'
    must xnnpack '/int8-once/ && $4 >= 1 &&
                  /^([A-Z_]*CONV[A-Z_0-9]*|FULLY_CONNECTED|BATCH_MATMUL|MUL)\./ { print }'
    echo "$(wc -l <cut) operators of $(cut -d. -f1 cut | sort -u | wc -l) kinds in $(
        cut -d. -f2 cut | sort -u | wc -l) ways"
}

# --- networks with data

modes="fp32 fp16 dynamic dynamic:weights=per-tensor dynamic:dense=per-tensor int8 int8:rounding=twice
    int8:weights=per-tensor int8:dense=per-tensor int8-io int8-io:io=uint8 16x8 16x8:weights=per-tensor"

# Model $1 in all modes, named $2, with further arguments for quantize; jobs for the data $data.
write_modes() {
    local mode file input type
    for mode in $modes; do
        file=$2.${mode//[:=]/-}
        "$QUANTOP" quantize "$1" --mode "$mode" -o "$file.tflite" "${@:3}" >"$file.log" 2>&1 ||
            fail "$file: $(cat "$file.log")"
        input=$data.real type=float32
        case $mode in
        int8-io) input=$data.int8 type=int8 ;;
        int8-io:io=uint8) input=$data.uint8 type=uint8 ;;
        esac
        [ ! -f "$input" ] || echo "$file $input $type $classes $labels" >>jobs
    done
}

# The first $1 samples in the types of inputs that there are.
write_data() {
    gzip -dc "$SOURCE/data/test-images.idx.gz" | tail -c +17 | head -c $((784 * $1)) >images.uint8
    gzip -dc "$SOURCE/data/test-labels.idx.gz" | tail -c +9 | head -c "$1" >labels
    tr '\000-\377' '\200-\377\000-\177' <images.uint8 >images.int8
    node "$here/inputs.cjs" real images.uint8 images.real 0.00392156862745098 0
    [ ! -d "$shared/datasets/kws01" ] || cat "$shared"/datasets/kws01/*.bin | head -c $((490 * $1)) >kws.bin
    [ ! -f kws.bin ] || node "$here/inputs.cjs" real kws.bin kws.real 0.584702909 83 int8
}

networks() {
    local model
    : >jobs
    write_data 50
    data=images classes=10 labels=labels
    for model in mlp mobilenet resnet; do
        write_modes "$SOURCE/data/$model.tflite" $model --set preprocess.scale=0.00392156862745098 \
            --calibration "$SOURCE/data/calibration-images.idx.gz"
    done
    data=kws classes=12 labels=
    if [ -f kws.bin ]; then
        write_modes "$shared/models/kws_float.tflite" kws --set preprocess.scale=0.584702909 \
            --set preprocess.zero_point=83 --set data.type=int8 --calibration "$shared/datasets/kws01"
    else
        echo "SKIP litert: keyword spotting (there is no '$shared/datasets/kws01')"
    fi
    judge builtin jobs
    must builtin '$5 < 98 { print }'
    write_data 1000
    judge xnnpack jobs
    must xnnpack '$5 < 98 || ($6 != "-" && $6 * $6 > 1) || (/fp/ && $4 > 1e-4) { print }'
    must xnnpack '/(mobilenet|kws)\.int8 / && $3 > 0 { print }'
    echo "$(wc -l <jobs) files of networks, on 50 samples and with XNNPACK on 1000"
}

# --- architectures, with drawn weights: the less integers carry, the more a step becomes

# Draws samples for a file: its inputs as TYPE:ELEMENTS, from what inspect says of them.
draw_inputs() {
    local inputs
    inputs=$("$QUANTOP" inspect "$1.tflite" | sed -n "s/^input [0-9]*: '.*', \([a-z0-9]*\) \([0-9x]*\).*/\1 \2/p" |
        awk '{ n = split($2, size, "x"); all = 1; for (i = 1; i <= n; i++) all *= size[i]; print $1 ":" all }')
    # shellcheck disable=SC2086
    node "$here/inputs.cjs" random 4 "$1.in" $inputs
}

architectures() {
    local name mode file way
    : >jobs
    for name in $("$QUANTOP" synth | sed -n 's/^\([a-z0-9-]*\): .*/\1/p'); do
        for mode in $modes; do
            file=$name.${mode//[:=]/-}
            "$QUANTOP" quantize "synth:$name:size=32,width=0.25" --mode "$mode" --calibration random:4 \
                -o "$file.tflite" >"$file.log" 2>&1 || fail "$file: $(cat "$file.log")"
            draw_inputs "$file"
            case $mode in
            int8-io) echo "$file $file.in int8" ;;
            int8-io:io=uint8) echo "$file $file.in uint8" ;;
            *) echo "$file $file.in float32" ;;
            esac >>jobs
        done
    done
    for way in builtin xnnpack; do
        judge $way jobs
        must $way '(/\.fp/ && $4 > 1e-3) || (/\.16x8/ && $4 > 0.01) { print }'
    done
    # Integers to the bit; the last softmax, over many classes, is of floats.
    must xnnpack '/^(mobilenet-v[12]|efficientnet-.*|squeezenet)\.int8 / && $4 > 1e-5 { print }'
    echo "$(wc -l <jobs) files of architectures"
}

operators
networks
architectures
