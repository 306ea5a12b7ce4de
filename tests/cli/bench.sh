#!/bin/bash
# The benchmarks run, and what they print has its form. How fast anything is, is no test.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1

# Not as a part of the make that may run this.
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$BUILD" tests/bench/kernels >make.log 2>&1 ||
    fail "tests/bench/kernels is not built: $(cat make.log)"
kernels() {
    "$BUILD/tests/bench/kernels" "$@" >out 2>err
}

# Two layers, in each mode that has kernels of its own for them, on each instruction set.
for layer in 'CONV_2D 1x1 14x14x96 to 576' 'ADD 14x14x96'; do
    kernels --layer "$layer" --rounds 2 --commit abc || fail "'$layer': $(cat err)"
    grep -q '; kernels up to .*; one thread; 20[0-9-]*; quantop .*, commit abc$' out || fail "no heading: $(cat out)"
    grep -q '^| float32  *| generic  *|  *[0-9.]* |' out || [[ $layer == ADD* ]] ||
        fail "no ceiling of arithmetic: $(cat out)"
    grep -q '^| L1 .*| generic  *|  *[0-9.]* |' out || echo "SKIP bench: the system tells no sizes of caches"
    for mode in fp32 int8 16x8; do
        grep "^| mobilenet-v2 *| $layer *| $mode *|" out |
            grep -q '| [a-z0-9_]*_generic *|  *[0-9.]* |  *[0-9.]* G[OPB]*/s *| [a-z0-9]* *|  *[0-9.]* *|  *[0-9.]* |$' ||
            fail "no line of $mode: $(cat out)"
    done
    ! grep -q '| nan\|inf' out || fail "figures that are no numbers: $(cat out)"
done
! grep -q '| dynamic ' out || fail "ADD is the same in mode dynamic: $(cat out)"

kernels --layer MEAN --mode int8 --isa generic --rounds 1 || fail "$(cat err)"
[ "$(grep -c '_generic ' out)" = 1 ] && ! grep -q '_avx2 ' out || fail "not one kernel: $(cat out)"
kernels --isa nothing && fail "an instruction set that is none"
grep -q "'nothing'" err || fail "no message: $(cat err)"
kernels --layer nothing && fail "a layer that is none"

# The profile of whole networks is valid. What it runs is tried out with one of them.
expect 0 run "$SOURCE/tests/bench/peers.yaml" --dry-run --model synth:mlp:size=16 --runtimes builtin
grep -q '^ *[0-9]* *mlp:size=16 *16x8 *builtin' out || fail "no row of the profile: $(cat out)"
"$SOURCE/tests/bench/peers" "$QUANTOP" "$SOURCE/tests/bench/peers.yaml" abc \
    --model synth:mlp:size=16 --seconds 0.2 >peers.md 2>err
if grep -q 'ONNX Runtime is missing' err; then
    echo "SKIP bench: ONNX Runtime is not here (./bootstrap onnxruntime)"
    exit 0
fi
grep -q '^| mlp:size=16 |\( [0-9.]*\( ±[0-9.]*\)* |\)\{5\}$' peers.md || fail "no ratios: $(cat peers.md err)"
[ -s bench-peers.jsonl ] || fail "the journal is not left"
