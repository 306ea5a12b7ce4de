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

# LiteRT computes in single precision: so do we, where the CPU could do it in half.
has_halves() {
    "$QUANTOP" topology | grep -q 'avx512-fp16 .*(the best here)'
}
single=()
has_halves && single=(--isa avx512-vnni)

# What we compute for lines of "MODEL INPUT TYPE [CLASSES [LABELS]]" in the file $1, in MODEL.ours. Further
# arguments are for `quantop infer`.
compute() {
    local model input rest
    while read -r model input rest; do
        "$QUANTOP" infer "$model.tflite" --input "$input" --output "$model.ours" "${@:2}" 2>"$model.log" ||
            fail "$model: $(cat "$model.log")"
    done <"$1"
}

# What LiteRT with the kernels $1 differs from that by, for the lines of the file $2, as compare.cjs has it, in $1.cmp.
judge() {
    awk '{ print $1 ".tflite", $2, $1 ".theirs" }' "$2" | node "$here/runner.cjs" "$litert" "$1" >"$1.log" ||
        fail "$1: $(tail -n 1 "$1.log")"
    ! grep ERROR "$1.log" | cut -c1-300 | head -n 20 | grep . || fail "LiteRT ($1) cannot run these"
    awk '{ print $1, $3, $1 ".ours", $1 ".theirs", $4, $5 }' "$2" | node "$here/compare.cjs" >"$1.cmp" ||
        fail "$1: compare.cjs failed"
    [ "$(wc -l <"$1.cmp")" = "$(wc -l <"$2")" ] || fail "$1: not all was compared"
    ! grep ' Infinity ' "$1.cmp" | head -n 20 | grep . || fail "$1: of different sizes, or no finite numbers"
    : >"$1.bounded"
}

# must WAY ROWS HOLDS: in the rows of a way's comparison that one awk pattern takes, the other one holds. Fails, too,
# where no row is taken or awk does not understand a pattern.
must() {
    awk '{ name = $1; type = $2; elements = $3; differing = $4; greatest = $5; same = $6; lost = $7 }
         '"$2"' { taken++; print name >>"'"$1"'.bounded"; if (!('"$3"')) print }
         END { exit taken == 0 }' "$1.cmp" >wrong || fail "$1: nothing was taken by: $2 { $3 }"
    [ ! -s wrong ] || fail "$1: not '$3': $(head -n 20 wrong)"
}

# Every row of a way was taken once.
all_bounded() {
    cut -d' ' -f1 "$1.cmp" | grep -vxFf "$1.bounded" >wrong
    [ $? = 1 ] || fail "$1: nothing is asked of: $(head -n 20 wrong)"
}

# --- the judges themselves

refuses() {
    ! ("$@") >refused 2>&1 || fail "this passed: $*"
}

# One float in each file: nothing but the same number is equal, from whichever side, and no number passes.
judges_are_strict() {
    printf '\000\000\200\077' >one && printf '\000\000\000\000' >zero && printf '\000\000\200\177' >infinity
    cat one one >two
    printf '%s float32 %s %s\n' a one one b one zero c zero one d infinity infinity e one two |
        node "$here/compare.cjs" >self.cmp || fail "compare.cjs failed"
    [ "$(cut -d' ' -f5 self.cmp | paste -sd' ')" = "0 Infinity Infinity Infinity Infinity" ] ||
        fail "compare.cjs: $(cat self.cmp)"
    echo "a.int8 int8 4 1 2 - -" >self.cmp
    : >self.bounded
    refuses must self 'type == "float32"' 1
    refuses must self 1 'greatest <='
    refuses must self 1 'greatest <= 1'
    refuses must self 1 'same >= 98'
    : >self.bounded
    refuses all_bounded self
    must self 'type == "int8"' 'greatest <= 2'
    all_bounded self
}

# --- operators, one by one

# The page of what was compared, from the comparisons of both ways.
compared_page() {
    cat <<'END'
# What was compared with LiteRT

Each operator that .tflite files have, cut out of random networks in every way that the modes write it, and run by
LiteRT: by its own kernels / by XNNPACK. `tests/litert/litert.sh` makes this page and fails where it is no longer true.

`=`: every integer is equal. `1`: within one step. `~`: real numbers, apart by at most 2e-5 of the greatest one, and by
3 % where XNNPACK quantizes while it runs. `twice` and `once` are the roundings of int8: LiteRT's own kernels round
twice, XNNPACK once where it has kernels. An empty cell: the operator is not written in that way.

With ONNX Runtime, random models are compared by `tests/unit/test_onnxruntime_operators.c`, which prints a table of its
own, and by `tests/unit/test_onnx_agreement.c`; with the outputs that the ONNX project published, by
`tests/onnx/test_backend.c`.

END
    awk -v columns="fp32 fp16 dynamic dynamic-tensor int8-twice int8-once int8-tensor 16x8" '
        BEGIN {
            n = split(columns, ways, " ")
            head = "| operator |"; line = "|---|"
            for (i = 1; i <= n; i++) { head = head " " ways[i] " |"; line = line "---|" }
            print head; print line
        }
        # Real numbers differ in their last bits from CPU to CPU, so that no more is said of them, and of
        # an operator that stays float in some places the integers are what counts.
        {
            split($1, part, ".")
            key = part[1] " " part[2] " " FILENAME
            found = $2 == "float32" ? 1 : $5 > 0 ? 3 : 2
            if (found > cell[key]) cell[key] = found
            seen[part[1]]
        }
        END {
            count = 0
            for (name in seen) names[++count] = name
            for (i = 2; i <= count; i++) {
                name = names[i]
                for (k = i - 1; k > 0 && names[k] > name; k--) names[k + 1] = names[k]
                names[k + 1] = name
            }
            split("~ = 1", marks, " ")
            for (i = 1; i <= count; i++) {
                row = "| " names[i] " |"
                for (k = 1; k <= n; k++) {
                    own = cell[names[i] " " ways[k] " builtin.cmp"]
                    row = row (own ? " " marks[own] " / " marks[cell[names[i] " " ways[k] " xnnpack.cmp"]] : "") " |"
                }
                print row
            }
        }' builtin.cmp xnnpack.cmp
}

operators() {
    local tool=$BUILD/tests/litert/make_operators way
    [ -x "$tool" ] || { echo "SKIP litert: operators (there is no $tool)"; return; }
    "$tool" . >cut || fail "make_operators failed"
    awk '{ print $1, $1 ".in", $2 }' cut >jobs
    compute jobs
    for way in builtin xnnpack; do
        judge $way jobs
        must $way 'type == "float32" && name !~ /\.dynamic/' 'greatest <= 2e-5'
        must $way 'type == "int8" || type == "int16"' 'greatest <= 1'
        must $way 'type == "int16"' 'differing <= 0.05 * elements'
        must $way 'type == "int32" || type == "bool"' 'differing == 0'
    done
    # What is quantized at run time is so by XNNPACK in its own way.
    must builtin 'type == "float32" && name ~ /\.dynamic/' 'greatest <= 2e-5'
    must xnnpack 'type == "float32" && name ~ /\.dynamic/' 'greatest <= 0.03'
    # On its own kernels LiteRT rounds twice, all but these; with XNNPACK once, where that has kernels.
    must builtin 'type == "int8" && /int8-twice/ && !/^(CONV_2D|FULLY_CONNECTED|MEAN|SUM)\./' 'differing == 0'
    must xnnpack 'type == "int8" && /int8-once/ &&
                  /^([A-Z_]*CONV[A-Z_0-9]*|FULLY_CONNECTED|BATCH_MATMUL|MUL)\./' 'differing == 0'
    all_bounded builtin
    all_bounded xnnpack
    compared_page >"$BUILD/tests/litert/COMPARED.md"
    diff "$SOURCE/docs/COMPARED.md" "$BUILD/tests/litert/COMPARED.md" >differences ||
        fail "docs/COMPARED.md is not tests/litert/COMPARED.md of the build: $(head -n 20 differences)"
    echo "$(wc -l <cut) operators of $(cut -d. -f1 cut | sort -u | wc -l) kinds in $(
        cut -d. -f2 cut | sort -u | wc -l) ways"
}

# --- networks with data

modes="fp32 fp16 dynamic dynamic:weights=per-tensor dynamic:dense=per-tensor int8 int8:rounding=twice
    int8:weights=per-tensor int8:dense=per-tensor int8-io int8-io:io=uint8 16x8 16x8:weights=per-tensor"

# Model $1 in all modes, named $2, with further arguments for quantize; jobs for the data $data. The observer is named:
# arithmetic is compared, whichever ranges would be best for the outputs.
write_modes() {
    local mode file input type
    for mode in $modes; do
        file=$2.${mode//[:=]/-}
        "$QUANTOP" quantize "$1" --mode "$mode" --set calibration.count=50 \
            --set calibration.observer=search -o "$file.tflite" "${@:3}" >"$file.log" 2>&1 ||
            fail "$file: $(cat "$file.log")"
        input=$data.real type=float32
        case $mode in
        int8-io) input=$data.int8 type=int8 ;;
        int8-io:io=uint8) input=$data.uint8 type=uint8 ;;
        esac
        echo "$file $input $type $classes $labels" >>jobs
    done
}

# uint8 to int8 of the same numbers less 128, and back.
shift_bytes() {
    tr '\000-\377' '\200-\377\000-\177'
}

# The first $1 samples in the types of inputs that there are.
write_data() {
    gzip -dc "$SOURCE/data/test-images.idx.gz" | tail -c +17 | head -c $((784 * $1)) >images.uint8
    gzip -dc "$SOURCE/data/test-labels.idx.gz" | tail -c +9 | head -c "$1" >labels
    shift_bytes <images.uint8 >images.int8
    node "$here/inputs.cjs" real images.uint8 images.real 0.00392156862745098 0
    [ ! -d "$shared/datasets/kws01" ] || cat "$shared"/datasets/kws01/*.bin | head -c $((490 * $1)) >kws.int8
    [ ! -f kws.int8 ] || {
        shift_bytes <kws.int8 >kws.uint8
        node "$here/inputs.cjs" real kws.int8 kws.real 0.584702909 83 int8
    }
}

# The same networks with arithmetic in half precision, where the CPU has it. Seen: 0.015.
halves() {
    has_halves || { echo "SKIP litert: arithmetic in half precision (this CPU has none)"; return; }
    grep '\.fp16 ' jobs >half-jobs
    compute half-jobs
    judge xnnpack half-jobs
    must xnnpack 1 'same >= 98 && (lost == "-" || lost * lost <= 1) && greatest <= 0.04'
    all_bounded xnnpack
}

classes_agree() { # way, jobs
    compute "$2" "${single[@]}"
    judge "$1" "$2"
    must "$1" 'elements > 0' 'same >= 98'
    all_bounded "$1"
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
    modes=int8:wide=CONV_2D write_modes "$SOURCE/data/mobilenet.tflite" mobilenet \
        --set preprocess.scale=0.00392156862745098 --calibration "$SOURCE/data/calibration-images.idx.gz"
    data=kws classes=12 labels=
    if [ -f kws.int8 ]; then
        write_modes "$shared/models/kws_float.tflite" kws --set preprocess.scale=0.584702909 \
            --set preprocess.zero_point=83 --set data.type=int8 --calibration "$shared/datasets/kws01"
    else
        echo "SKIP litert: keyword spotting (there is no '$shared/datasets/kws01')"
    fi
    # LiteRT's own kernels round twice. Those files of keywords whose every step shows in the class, as outputs are
    # integers, are judged on all samples: of 50, two are too many.
    grep -v '^kws\.int8-io' jobs >few-jobs
    classes_agree builtin few-jobs
    write_data 1000
    grep '^kws\.int8-io' jobs >many-jobs && classes_agree builtin many-jobs
    # XNNPACK has no kernels of int16, so that of these nothing is new but the number of samples; each takes long.
    grep -v '\.16x8\|-wide-' jobs >xnnpack-jobs
    compute xnnpack-jobs "${single[@]}"
    judge xnnpack xnnpack-jobs
    must xnnpack 'elements > 0' 'same >= 98 && (lost == "-" || lost * lost <= 1)'
    must xnnpack '/\.fp/' 'greatest <= 1e-4'
    must xnnpack '/^(mlp|mobilenet|kws)\.int8(-(weights|dense)-per-tensor|-io|-io-io-uint8)? /' 'differing == 0'
    all_bounded xnnpack
    halves
    echo "$(wc -l <jobs) files of networks, on 50 samples and with XNNPACK on 1000"
}

# --- architectures, with drawn weights: the less integers carry, the more a step becomes

# Draws samples in $2 for a file: its inputs as TYPE:ELEMENTS, from what inspect says of them.
draw_inputs() {
    local inputs
    inputs=$("$QUANTOP" inspect "$1.tflite" | sed -n "s/^input [0-9]*: '.*', \([a-z0-9]*\) \([0-9x]*\).*/\1 \2/p" |
        awk '{ n = split($2, size, "x"); all = 1; for (i = 1; i <= n; i++) all *= size[i]; print $1 ":" all }')
    # shellcheck disable=SC2086
    node "$here/inputs.cjs" random 4 "$2" $inputs
}

# What outputs may be apart, in parts of the greatest or in steps: two to three times what was seen, but for what is
# equal, because calibration sums floats in an order that depends on the CPU.
architecture_bounds() {
    local convs='(mobilenet-v[12]|efficientnet-[a-z0-9]*|squeezenet)' any='[a-z0-9-]*'
    local int8='int8(-(weights|dense)-per-tensor)?' io='int8-io(-io-uint8)?'
    local dynamic='dynamic(-(weights|dense)-per-tensor)?' files bound
    {
        # Seen: 2e-5; 0.004; 0.019, a step of one number that was next to a half at run time.
        echo "$any\.fp(32|16) 1e-4"
        echo "$any\.16x8(-weights-per-tensor)? 0.01"
        echo "(mlp|bert-$any)\.$dynamic 0.05"
        # Seen: 0.03 and 9 steps of the few numbers that these put out; LiteRT runs their softmax in its own way.
        echo "bert-$any\.$int8 0.1"
        echo "bert-$any\.$io 20"
        echo "mlp\.($int8|$io) 0"
        # Seen: 0.03 and 7 steps.
        echo "resnet-$any\.$int8 0.08"
        echo "resnet-$any\.$io 16"
        # Here LiteRT rounds another number of times in each layer. Seen: 0.02, 0.07, 0.4.
        echo "mlp\.int8-rounding-twice 0.05"
        echo "bert-$any\.int8-rounding-twice 0.15"
        echo "($convs|mobilenet-v3-$any|resnet-$any)\.int8-rounding-twice 0.8"
        case $1 in
        builtin) # depthwise layers round twice: seen 0.50 and 146 steps, and 4e-5 of dynamic ones
            echo "($convs|mobilenet-v3-$any)\.$int8 0.8"
            echo "($convs|mobilenet-v3-$any)\.$io 200"
            echo "($convs|mobilenet-v3-$any|resnet-$any)\.$dynamic 1e-4"
            ;;
        xnnpack) # to the bit, but for a last softmax of floats; seen of mobilenet-v3 0.12 and 92 steps
            echo "$convs\.$int8 1e-5"
            echo "$convs\.$io 0"
            echo "mobilenet-v3-$any\.$int8 0.25"
            echo "mobilenet-v3-$any\.$io 200"
            # It quantizes at run time in its own way: seen 0.26.
            echo "($convs|mobilenet-v3-$any|resnet-$any)\.$dynamic 0.5"
            ;;
        esac
    } >bounds
    while read -r files bound; do
        must "$1" "name ~ /^$files\$/" "greatest <= $bound"
    done <bounds
    # A class that changes is in few places of a thousand.
    must "$1" "elements >= 1000 && name ~ /\.$io\$/" 'differing <= 0.05 * elements'
}

architectures() {
    local name mode file plain type way
    : >jobs
    for name in $("$QUANTOP" synth | sed -n 's/^\([a-z0-9-]*\): .*/\1/p'); do
        "$QUANTOP" synth "$name:size=32,width=0.25" -o "$name.tflite" >"$name.log" 2>&1 ||
            fail "$name: $(cat "$name.log")"
        for mode in $modes; do
            # Four random samples have no moments worth fitting to, and what is fitted to noise is apart by noise.
            plain='' type=float32
            case $mode in
            int8*:* | 16x8:*) plain=,effort=0 ;;
            int8* | 16x8) plain=:effort=0 ;;
            esac
            case $mode in
            int8-io) type=int8 ;;
            int8-io:io=uint8) type=uint8 ;;
            esac
            file=$name.${mode//[:=]/-}
            "$QUANTOP" quantize "$name.tflite" --mode "$mode$plain" --calibration random:4 \
                -o "$file.tflite" >"$file.log" 2>&1 || fail "$file: $(cat "$file.log")"
            [ -f "$name.$type.in" ] || draw_inputs "$file" "$name.$type.in"
            echo "$file $name.$type.in $type" >>jobs
        done
    done
    compute jobs "${single[@]}"
    for way in builtin xnnpack; do
        judge $way jobs
        architecture_bounds $way
        all_bounded $way
    done
    echo "$(wc -l <jobs) files of architectures"
}

judges_are_strict
operators
networks
architectures
