#!/bin/bash
# What the documents tell a reader to type works: the commands of the README and of the manual's
# examples, with files in the places of their names, and every profile that ships.
. "$(dirname "$0")/lib.bash"
build=${BUILD:?}

quick_profile 'fp32, {mode: int8, effort: 0}' 'output: {}'
sed -i '/^output/d' "$scratch/quick.yaml"
# Layers are looked at as long as there is time.
printf 'layers: {samples: 16, seconds: 0.2}\n' >>"$scratch/quick.yaml"
cd "$scratch" || exit 1
expect 0 run quick.yaml --journal journal.jsonl
cp "$SOURCE/data/mlp.tflite" net.tflite
head -c 31360 /dev/zero >in.bin
mkdir -p pictures/{ant,bee}
cp "$SOURCE"/tests/data/pictures/{colour,grey}.jpg pictures/ant
cp "$SOURCE"/tests/data/pictures/{alpha,palette}.png pictures/bee
# Ten images as NPY: a header of 128 bytes, then float32.
{
    printf '\x93NUMPY\x01\x00\x76\x00'
    printf "%-117s\n" "{'descr': '<f4', 'fortran_order': False, 'shape': (10, 784), }"
    cat in.bin
} >samples.npy

# The list of operators is that of the tables.
"$build/manual" OPERATORS.md | diff "$SOURCE/docs/OPERATORS.md" - >"$scratch/differences" ||
    fail "docs/OPERATORS.md is old (docs/HACKING.md tells how it is made): $(head -5 "$scratch/differences")"

# A command as a shell would see it, with real files; nothing for one that is not to be run.
real() {
    sed -E 's/  +.*//; s/^\.B +//; s/\\-/-/g
        s/\bPROFILE\b|--profile P\b/&@/; s/--profile P@/--profile quick.yaml/; s/PROFILE@/quick.yaml/
        s/--model NET\b/--model synth:mobilenet-v2:size=32/; s/--data PICTURES\b/--data pictures/
        s/--model M\b/--model net.tflite/; s/--data D\b/--data samples.npy/
        s/\bMODEL\b/net.tflite/; s/\bFOLDER\b/./; s/\bJOURNAL\b/journal.jsonl/
        s/\bIN\.bin\b/in.bin/; s/\bOUT\.bin\b/out.bin/; s/\bOUT\.tflite\b/out.tflite/
        s#\bprofiles/#'"$SOURCE"'/profiles/#' <<<"$1"
}

brief=(--set measure.seconds=0.2 --set measure.min_rounds=2 --set measure.max_rounds=2
    --set measure.profile_seconds=0.05)
count=0
try() {
    local words
    read -ra words <<<"$(real "$1")"
    case "${words[*]}" in
    quantop | *--replay*) return ;; # open the screen: tests/tui does
    *default.yaml* | *latency.yaml*) return ;; # takes minutes: cut short below
    esac
    # What is typed is what is looked at here, not what is measured.
    case ${words[1]} in
    run | search) words+=("${brief[@]}") ;;
    esac
    expect 0 "${words[@]:1}"
    count=$((count + 1))
    echo "${words[*]}"
}

while IFS= read -r line; do
    try "$line"
done < <(sed -n 's/^    \(quantop .*\)/\1/p' "$SOURCE/README.md"
    sed -n '/^\.SH EXAMPLES/,/^\.SH SEE/p' "$build/man/quantop.1" | grep '^\.B quantop')
[ $count -ge 9 ] || fail "only $count commands found"

# So do the configurations that are shown: nothing is wrong with them.
awk '/^```yaml$/ { on = 1; next } /^```$/ { on = 0 } on' "$SOURCE/README.md" >readme.yaml
sed -n '/^\.SH EXAMPLES/,/^\.SH SEE/p' "$build/man/quantop-config.5" | sed '/^\./d; s/\\-/-/g' >manual.yaml
for shown in readme.yaml manual.yaml; do
    grep -q '^keys:' $shown || fail "there is no configuration in $shown"
    expect 0 view journal.jsonl --plain --config $shown
    [ ! -s err ] || fail "of $shown is said: $(cat err)"
done

# The options that the README mentions exist.
"$QUANTOP" --help >help.txt
for command in run quantize convert synth infer inspect view topology modes runtimes; do
    grep -q "  $command" help.txt || fail "--help does not have '$command'"
done

for profile in "$SOURCE"/profiles/*.yaml; do
    limits=("${brief[@]}" --set data.count=100 --set calibration.count=20)
    # Networks of real size take minutes even so; smaller ones take their places.
    [ "$(basename "$profile")" != latency.yaml ] ||
        limits+=(--set data.count=8 --model synth:mobilenet-v2:size=64 --model synth:bert-tiny:size=16)
    "$QUANTOP" run "$profile" "${limits[@]}" --csv rows.csv >out 2>&1
    status=$?
    # With so few rounds the intervals may be too wide to tell; a machine may lack a placement.
    case $status in 0 | 1 | 2 | 5) ;; *) fail "$profile ended with $status: $(cat out)" ;; esac
    [ "$(wc -l <rows.csv)" -ge 4 ] || fail "$profile has too few rows"
done
