#!/bin/bash
# No loop of a fast kernel takes vectors apart element by element. Compilers do so where C converts
# vectors between widths and the instruction set's header (src/kernels/fast/vector/) does not say how:
# results are right, and a kernel takes twice as long. What is looked for are instructions that move one
# element between a vector and an ordinary register, within a loop: between a jump back and its target.
set -u
command -v objdump >/dev/null || { echo "SKIP lanes: objdump is missing"; exit 77; }
grep -q '^host_cpu = x86_64$' "$BUILD/Makefile" ||
    { echo "SKIP lanes: the instructions looked for are those of x86-64"; exit 77; }
# clang looks numbers up in a table element by element in registers, where gcc goes through memory.
grep -q '^CC = .*clang' "$BUILD/Makefile" && { echo "SKIP lanes: what is known is what gcc makes"; exit 77; }
if grep -q '^CFLAGS = .*-fsanitize\|^CFLAGS = .*-O[0g]\|^SANITIZERS = .*-f' "$BUILD/Makefile"; then
    echo "SKIP lanes: the objects are not optimized as they are for use"
    exit 77
fi

# Functions of which a loop puts together a few numbers that are no elements.
allowed='product_geometry_* set_geometry* run_wide'

# Reads what objdump -d prints, and prints the functions with such an instruction in a loop.
takes_apart() {
    LC_ALL=C awk '
        # Addresses as texts of one length, which are in the order of the numbers.
        function place(hex) { return sprintf("%16s.", hex) }
        function end_function(  i, k) {
            for (i = 1; i <= taken; i++)
                for (k = 1; k <= loops; k++)
                    if (at[i] >= from[k] && at[i] <= to[k]) { print name; i = taken; break }
            taken = loops = 0
        }
        /^[0-9a-f]+ <.*>:$/ { end_function(); name = substr($2, 2, length($2) - 3); next }
        !/^ *[0-9a-f]+:\t/ { next }
        { address = place(substr($1, 1, length($1) - 1)) }
        $2 ~ /^v?p(extr|insr)[bwd]$/ { at[++taken] = address }
        $2 ~ /^j/ && $3 ~ /^[0-9a-f]+$/ && place($3) <= address {
            from[++loops] = place($3); to[loops] = address
        }
        END { end_function() }' | sort -u
}

# The test itself must see what is wrong, and that alone.
forged=$(printf '%s\n' '0000000000000000 <store>:' '   0:	vpextrd $0x1,%xmm0,(%rdi)' \
    '   4:	add    $0x4,%rdi' '   8:	jne    0 <store>' '   a:	ret' \
    '0000000000000010 <prepare>:' '  10:	vpinsrd $0x1,%eax,%xmm0,%xmm0' \
    '  14:	jne    1a <prepare+0xa>' '  1a:	ret')
[ "$(takes_apart <<<"$forged")" = store ] ||
    { echo "FAIL lanes: a forged loop is not seen"; exit 1; }

found=0 looked=0
for object in "$BUILD"/src/kernels/fast/*.o "$BUILD"/src/kernels/fast/product/*.o; do
    [ -f "$object" ] || continue
    looked=$((looked + 1))
    for function in $(objdump -d --no-show-raw-insn "$object" | takes_apart); do
        for pattern in $allowed; do
            # shellcheck disable=SC2053
            [[ $function == $pattern ]] && continue 2
        done
        echo "FAIL lanes: $function of ${object#"$BUILD"/} takes vectors apart in a loop"
        found=1
    done
done
[ $looked -ge 20 ] || { echo "FAIL lanes: only $looked objects"; exit 1; }
exit $found
