#!/bin/bash
# docs/TERMINAL.md has the points of the screen from 1 to 30, in their order, and each names tests that are there:
# functions of unit tests, scripts.
set -u
cd "$SOURCE" || exit 1
page=docs/TERMINAL.md

# One line per point of a page on stdin: "NUMBER|the sentence that begins with Shown by".
shown() {
    awk '
        /^### / { number = $2; sub(/\.$/, "", number); numbers[++n] = number; inside = 0; next }
        /^Shown by / { inside = 1 }
        /^$/ || /^#/ { inside = 0 }
        inside { text[n] = text[n] " " $0 }
        END { for (i = 1; i <= n; i++) print numbers[i] "|" text[i] }'
}

# Prints what is wrong with one such sentence.
check() { # sentence
    local rest=$1 path names name
    [ -n "$rest" ] || echo "no test is named"
    while [[ $rest =~ \`([^\`]+)\`(\ \(([^\)]*)\))?(.*)$ ]]; do
        path=${BASH_REMATCH[1]} names=${BASH_REMATCH[3]} rest=${BASH_REMATCH[4]}
        [ -f "$path" ] || echo "there is no $path"
        [[ $path != *.c || -n $names ]] || echo "of $path no function is named"
        for name in ${names//,/ }; do
            grep -q "^static void $name(void \*\*[a-z]*)" "$path" && grep -qE "(cmocka_unit_test[a-z_]*|[A-Z_]*TEST)\($name[,)]" "$path" ||
                echo "$path has no test $name"
        done
    done
}

# Prints what is wrong with a page on stdin.
complain() {
    local number sentence last=0 found
    while IFS='|' read -r number sentence; do
        [ "$number" = $((last + 1)) ] || echo "point $((last + 1)) is missing before $number"
        last=$number
        found=$(check "$sentence")
        [ -z "$found" ] || echo "point $number: $found"
    done < <(shown)
    [ "$last" = 30 ] || echo "the last point is $last"
}

# The test itself must see what is wrong.
forged='### 1. One
Shown by `tests/unit/test_ui_keys.c` (names_are_for_people,
no_such_test), `tests/tui/none.sh`, `tests/unit/test_ui_keys.c`.

### 3. Three

None.'
[ "$(complain <<<"$forged")" = "point 1: tests/unit/test_ui_keys.c has no test no_such_test
there is no tests/tui/none.sh
of tests/unit/test_ui_keys.c no function is named
point 2 is missing before 3
point 3: no test is named
the last point is 3" ] || { echo "FAIL points: of a forged page:"; complain <<<"$forged"; exit 1; }

found=$(complain <"$page")
[ -z "$found" ] || { printf 'FAIL points: %s\n%s\n' "$page" "$found"; exit 1; }
