#!/bin/bash
# No symbol is defined twice. A function of the fast kernels that lacks PER_ISA would be, once per
# instruction set, and the linker might take one that this CPU cannot run.
set -u
command -v nm >/dev/null || { echo "SKIP symbols: nm is missing"; exit 77; }

# Reads what nm prints of defined symbols, and prints the names that come up again.
doubles() {
    awk '$2 ~ /^[A-Z]$/ { print $3 }' | sort | uniq -d
}

# The test itself must see what is wrong.
forged='a.o:
0000000000000000 T pack
0000000000000010 t helper
b.o:
0000000000000000 T pack
0000000000000010 t helper'
[ "$(doubles <<<"$forged")" = pack ] ||
    { echo "FAIL symbols: a forged one is not seen"; exit 1; }

symbols=$(nm --defined-only "$BUILD/libquantop.a" 2>/dev/null)
grep -q ' fast_product_kernels_generic$' <<<"$symbols" ||
    { echo "SKIP symbols: the objects show none (built with -flto?)"; exit 77; }
found=$(doubles <<<"$symbols")
[ -z "$found" ] && exit 0
printf 'FAIL symbols: defined more than once\n%s\n' "$found"
exit 1
