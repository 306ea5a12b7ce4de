#!/bin/bash
# No loop of a fast kernel takes vectors apart element by element. Compilers do so where C converts
# vectors between widths and the instruction set's header (src/kernels/fast/vector/) does not say how:
# results are right, and a kernel takes twice as long. What is looked for are instructions that move one
# element between a vector and an ordinary register, within a loop: between a jump back and its target.
set -u
prefix=$(sed -n 's/^host_alias = \(..*\)$/\1-/p' "$BUILD/Makefile") # of tools for what was built
command -v "${prefix}objdump" >/dev/null || { echo "SKIP lanes: ${prefix}objdump is missing"; exit 77; }
case $(sed -n 's/^host_cpu = //p' "$BUILD/Makefile") in
x86_64) without= ;;
aarch64) without='libfast_generic_*' ;; # whose header is plain C alone
*)
    echo "SKIP lanes: the instructions looked for are those of x86-64 and AArch64"
    exit 77
    ;;
esac
# clang looks numbers up in a table element by element in registers, where gcc goes through memory.
grep -q '^CC = .*clang' "$BUILD/Makefile" && { echo "SKIP lanes: what is known is what gcc makes"; exit 77; }
if grep -q '^CFLAGS = .*-fsanitize\|^CFLAGS = .*-O[0g]\|^SANITIZERS = .*-f' "$BUILD/Makefile"; then
    echo "SKIP lanes: the objects are not optimized as they are for use"
    exit 77
fi

# Functions of which a loop puts together a few numbers that are no elements; and those with products
# of 64 bits, which NEON has not.
allowed='product_geometry_* set_geometry* run_wide finish_wide_neon*'

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
        # Of AArch64 the first element is left out: numbers that are no vectors are converted there.
        $2 ~ /^([us]?mov|ins)$/ && $3 ~ /^[wx]/ && $4 ~ /^v.*[.].*\[[1-9]/ { at[++taken] = address }
        $2 ~ /^(mov|ins)$/ && $3 ~ /^v.*[.].*\[[1-9]/ && $4 ~ /^[wx]/ { at[++taken] = address }
        { target = $2 ~ /^tbn?z$/ ? $5 : $2 ~ /^cbn?z$/ ? $4 : $2 ~ /^(j|b$|b[.])/ ? $3 : "" }
        target ~ /^[0-9a-f]+$/ && place(target) <= address {
            from[++loops] = place(target); to[loops] = address
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
forged=$(printf '%s\n' '0000000000000000 <scale>:' '   0:	mov	w3, v0.s[1]' \
    '   4:	cbnz	x1, 0 <scale>' '   8:	ret' '0000000000000010 <load>:' \
    '  10:	mov	v0.d[1], x4' '  14:	b.ne	10 <load>  // b.any' '  18:	ret' \
    '0000000000000020 <join>:' '  20:	mov	v0.d[1], v3.d[0]' '  24:	umov	w0, v1.b[0]' \
    '  28:	tbz	w0, #3, 20 <join>' '  2c:	ret')
[ "$(takes_apart <<<"$forged" | tr '\n' ' ')" = "load scale " ] ||
    { echo "FAIL lanes: a forged loop of AArch64 is not seen"; exit 1; }

found=0 looked=0
for object in "$BUILD"/src/kernels/fast/*.o "$BUILD"/src/kernels/fast/product/*.o; do
    # shellcheck disable=SC2053
    [[ -f $object && ${object##*/} != $without ]] || continue
    looked=$((looked + 1))
    for function in $("${prefix}objdump" -d --no-show-raw-insn "$object" | takes_apart); do
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
