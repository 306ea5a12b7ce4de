#!/bin/bash
# Models quantized by others reproduce the outputs of the TFLite Micro reference kernels bit for bit,
# float models within the bound that the recordings' README states.
set -u
shared=${QUANTOP_SHARED:-$SOURCE/../shared}
[ -d "$shared/golden" ] || { echo "SKIP golden: there is no '$shared/golden'"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0

# Floats a and b of two files: |a - b| <= 1e-5 + 1e-4 |b|.
near() {
    paste <(od -An -v -w4 -t f4 "$1") <(od -An -v -w4 -t f4 "$2") |
        awk '{ d = $1 - $2; d = d < 0 ? -d : d; b = $2 < 0 ? -$2 : $2
               if (!(d <= 1e-5 + 1e-4 * b)) bad++; n++ }
             END { exit !(n > 0 && bad == 0) }'
}

# Instruction sets that this machine has.
sets=$("$QUANTOP" topology | awk '/^instruction sets:/ { on = 1; next } !NF { on = 0 } on && !/(not here)/ { print $1 }')
[ "$(wc -l <<<"$sets")" -ge 2 ] || { echo "FAIL golden: no instruction sets"; exit 1; }
for isa in $sets; do
    for input in "$shared"/golden/*.in.bin; do
        name=$(basename "$input" .in.bin)
        out=$scratch/$name.$isa.bin
        if ! "$QUANTOP" infer "$shared/models/$name.tflite" --isa "$isa" --input "$input" \
            --output "$out" >"$scratch/log" 2>&1; then
            cat "$scratch/log"
            echo "FAIL golden: $name with $isa kernels"
            status=1
            continue
        fi
        case $name in
        *_int8) cmp "$out" "$shared/golden/$name.out.bin" ;;
        *) [ "$(wc -c <"$out")" = "$(wc -c <"$shared/golden/$name.out.bin")" ] &&
            near "$out" "$shared/golden/$name.out.bin" ;;
        esac || { echo "FAIL golden: $name with $isa kernels differs"; status=1; }
    done
done
exit $status
