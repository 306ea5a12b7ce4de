#!/bin/bash
# Every test under tests/ is one that `make check` runs, every header is packed, and .ci/run counts and
# shows what tests say.
set -u
cd "$SOURCE" || exit 1
status=0
fail() {
    echo "FAIL suite: $*"
    status=1
}

# The words of a variable's list in a Makefile.am on stdin.
words_of() {
    sed -n "/^$1 = /,/[^\\\\]\$/{s/^$1 = //; s/\\\\\$//; p}" | tr -s ' \t' '\n' | grep .
}
# Those of the arguments that are not among the lines of stdin.
unlisted() {
    local list
    list=$(cat)
    printf '%s\n' "$@" | grep -vxF "$list"
}

# The test itself must see what is wrong.
forged=$(printf 'some = a b \\\n\tc\nothers = d\n' | words_of some | unlisted a c d)
[ "$forged" = d ] || { echo "FAIL suite: of the forged ones is seen '$forged'"; exit 1; }

# tests/deb/install.sh is run by `make deb-check`, as root.
scripts=$(find tests -name '*.sh' ! -path 'tests/deb/*' | sort)
programs=$(find tests/unit tests/onnx -name 'test_*.c' | sed 's/\.c$//' | sort)
[ "$(wc -l <<<"$scripts")" -ge 30 ] && [ "$(wc -l <<<"$programs")" -ge 50 ] || fail "too few tests were found"
for list in script_tests unit_tests onnx_tests; do
    grep -q "^TESTS += \$($list)$" Makefile.am || fail "$list is not among TESTS in Makefile.am"
done
# shellcheck disable=SC2086
absent=$(words_of script_tests <Makefile.am | unlisted $scripts)
[ -z "$absent" ] || fail "not in script_tests of Makefile.am:" $absent
for script in $scripts; do
    [ -x "$script" ] || fail "make check cannot run $script, which is not executable"
done
# shellcheck disable=SC2086
absent=$({ words_of unit_tests <Makefile.am && words_of onnx_tests <Makefile.am; } | unlisted $programs)
[ -z "$absent" ] || fail "not in unit_tests or onnx_tests of Makefile.am:" $absent

# Nothing in a tree that is cloned misses a header that `make dist` leaves out.
mapfile -t headers < <(find src ui man tests -name '*.h' | sort)
[ ${#headers[@]} -ge 100 ] || fail "too few headers were found"
absent=$(grep -oE '[a-z0-9_/]+\.h\b' Makefile.am | unlisted "${headers[@]}")
[ -z "$absent" ] || fail "headers that Makefile.am does not name:" $absent

# What .ci/run makes of the logs of a build folder: one test failed, one passed but for a part.
forged=$(mktemp -d)
trap 'rm -rf "$forged"' EXIT
mkdir -p "$forged/build/tests/cli"
printf '# %s\n' 'TOTAL: 9' 'PASS:  3' 'SKIP:  1' 'XFAIL: 0' 'FAIL:  2' 'XPASS: 1' 'ERROR: 1' \
    >"$forged/build/test-suite.log"
printf 'SKIP some: a part\nPASS tests/cli/some.sh (exit status: 0)\n' >"$forged/build/tests/cli/some.log"
shown=$(
    eval "$(sed -n '/^count() {/,/^}/p; /^forget_tests() {/,/^}/p' .ci/run)"
    cd "$forged" && passed=0 failed=0 && count build && count absent && forget_tests build &&
        echo "$passed passed, $failed failed, $(find build -type f | wc -l) files"
)
[ "$shown" = "SKIP some: a part
3 passed, 5 failed, 0 files" ] || fail ".ci/run makes this of forged logs: $shown"
exit $status
