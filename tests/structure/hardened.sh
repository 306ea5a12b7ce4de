#!/bin/bash
# The program is linked and compiled so that an overlooked error is harder to use: where it lies is
# drawn at each start, tables of addresses can't be written, no stack runs code, and what strangers'
# files reach checks its stack and its copies.
set -u
command -v readelf >/dev/null || { echo "SKIP hardened: readelf is missing"; exit 77; }
if grep -q '^CFLAGS = .*-O0' "$BUILD/Makefile"; then
    echo "SKIP hardened: copies are checked where code is optimized"
    exit 77
fi
made=$(sed -n 's/^HARDENING\(_LINK\)\? = //p; s/^CHECKS = //p; s/^CFLAGS = //p' "$BUILD/Makefile")

# What was compiled before this folder was configured for the last time says nothing of today's flags.
is_older() {
    ! grep -q '^HARDENING = ' "$BUILD/Makefile" ||
        find "$BUILD/src" -name '*.o' ! -newer "$BUILD/config.status" | grep -q .
}

failed=0
# has WHAT PATTERN TEXT: the text has a line of the pattern.
has() {
    grep -Eq "$2" <<<"$3" || { echo "FAIL hardened: $1 (no '$2')"; failed=1; }
}

# The test itself must see what is wrong.
has "forged" '^ +GNU_STACK .* RW +0x' '  GNU_STACK 0x000000 0x0 0x0 0x000000 0x000000 RWE 0x10' >/dev/null
[ $failed = 1 ] || { echo "FAIL hardened: a forged one is not seen"; exit 1; }
failed=0

program=$(readelf -Wh "$QUANTOP")
segments=$(readelf -Wl "$QUANTOP")
dynamic=$(readelf -Wd "$QUANTOP")
symbols=$(readelf -W --dyn-syms "$QUANTOP")
has "its place in memory is always the same" 'Type: +DYN ' "$program"
has "tables of addresses can be written" '^ +GNU_RELRO' "$segments"
has "functions are looked up while it runs" 'FLAGS.* (BIND_)?NOW' "$dynamic"
has "its stack can run code" '^ +GNU_STACK .* RW +0x' "$segments"
has "no stack is checked" '__stack_chk_fail' "$symbols"
# Without optimization, and under a sanitizer, there are no checked functions.
case $made in
*FORTIFY*) has "no copy is checked" '__(memcpy|snprintf|vsnprintf|memset|strcpy)_chk' "$symbols" ;;
*) echo "SKIP hardened: checked functions (not in this build)" ;;
esac
# The program as a whole is marked only where the C library's start files are, too: Debian 12's are not.
case $made in
*-fcf-protection*)
    marked=$(readelf -Wn "$BUILD/libquantop.a" 2>/dev/null | awk '/^File:/ { objects++ } /x86 feature: .*IBT/ { marked++ }
        END { print objects - marked, "of", objects + 0 }')
    has "objects where jumps may go anywhere: $marked" '^0 of [1-9]' "$marked"
    ;;
*) echo "SKIP hardened: marked targets of jumps (not in this build)" ;;
esac
if [ $failed = 1 ] && is_older; then
    echo "SKIP hardened: objects here are older than the flags; 'make clean' and 'make' build them anew"
    exit 77
fi
exit $failed
