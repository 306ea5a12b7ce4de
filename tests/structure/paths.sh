#!/bin/bash
# What the documents name is there: every path and file in README.md, CONTRIBUTING.md, SECURITY.md, NEWS and docs/.
# docs/ARCHITECTURE.md names every folder of src/ and ui/, and lists who may include whom as arrows.sh
# has it.
set -u
cd "$SOURCE" || exit 1
plan=docs/ARCHITECTURE.md
documents=(README.md CONTRIBUTING.md SECURITY.md NEWS docs/*.md)
folders='src|ui|man|profiles|data|tests|docs|debian|\.ci'
name='A-Za-z0-9_.,*<>{}'

# Words of the text on stdin that begin with a folder of the tree.
paths() {
    grep -oE "(^|[^A-Za-z0-9_./])(\.\.?/)?($folders)/[$name/-]*" |
        sed -E "s/^[^A-Za-z.]//; s/^\.\.?\///; s/[.,]*$//; s/\/$//"
}

# Words in backticks that are names of files of the tree without their folder.
names() {
    grep -oE "\`[$name-]+\.(c|h|sh|bash|am|ac|md|yaml|jsonl)\`" | tr -d '`'
}

# The alternatives of {a,b}; <placeholders> stand for anything. Harmless: the characters are those of $name.
expanded() {
    local pattern
    pattern=$(sed 's/<[^>]*>/*/g' <<<"$1")
    [[ $pattern == *[\<\>]* ]] || (set -f && eval "printf '%s\n' $pattern")
}

# Whether all alternatives are there; a program or object of the build has a source file.
exists() {
    local one all
    all=$(expanded "$1") && [ -n "$all" ] || return 1
    while IFS= read -r one; do
        compgen -G "$one" >/dev/null || [ -f "${one%.o}.c" ] || return 1
    done <<<"$all"
}

# Whether there are files of all these names somewhere.
exists_somewhere() {
    local one all
    all=$(expanded "$1") && [ -n "$all" ] || return 1
    while IFS= read -r one; do
        [ -n "$(find . -maxdepth 1 -name "$one"; find src ui man profiles tests docs -name "$one")" ] ||
            return 1
    done <<<"$all"
}

# Prints what a document (on stdin) names and is not there.
missing() {
    local text word
    text=$(cat)
    paths <<<"$text" | sort -u | while IFS= read -r word; do exists "$word" || echo "$word"; done
    names <<<"$text" | sort -u | while IFS= read -r word; do exists_somewhere "$word" || echo "$word"; done
}

# Prints the folders that a document (on stdin) does not name.
unnamed_folders() {
    local named
    named=$(paths | while IFS= read -r word; do expanded "$word"; done)
    find src ui -type d ! -path '*/.*' | while IFS= read -r folder; do
        grep -qxF "$folder" <<<"$named" || echo "$folder"
    done
}

# Who may include whom beside base, sorted, one module per line: of arrows.sh, and of a document on stdin.
sorted_plan() {
    while IFS=: read -r module allowed; do
        echo "$module: $(tr ' ' '\n' <<<"$allowed" | grep -vx 'base\|' | sort | paste -sd ' ')"
    done | sort
}
plan_of_arrows() {
    sed -n 's/^    \([a-z |]*\)) echo \(.*\) ;;$/\1:\2/p' tests/structure/arrows.sh |
        awk -F: '{ n = split($1, module, " *[|] *"); for (i = 1; i <= n; i++) print module[i] ":" $2 }' |
        sorted_plan
}
plan_of_document() {
    awk '/^    [a-z]+: / { if (row) print row; row = $0; next }
         /^                    [a-z]/ && row { row = row " " $0; next }
         { if (row) print row; row = "" }' |
        sed 's/nothing else//; s/^ *//; s/  */ /g' | sorted_plan
}

# The test itself must see what is wrong, and nothing where all is well.
forged='Good: `src/main.c`, src/graph/, ../tests/cli/status.sh, `src/quantize/mode_<name>.c`, docs/*.md,
`src/kernels/{common,fast}/`, `tests/unit/test_graph`, `op.h`, `mode_<name>.c`, build/src/nothing.c, x/src/y.
Bad: `src/nothing.c`, tests/nothing/, (ui/none.h), `src/graph/{op,nothing}.h`, `src/nothing_<name>.c`, `nothing.h`, `no<thing.h`,
docs/*.nothing, ../src/none.c.'
[ "$(missing <<<"$forged" | wc -l)" = 9 ] ||
    { echo "FAIL paths: of a forged document"; missing <<<"$forged"; exit 1; }
[ "$(sed 's/src\/rewrite//g' "$plan" | unnamed_folders)" = src/rewrite ] ||
    { echo "FAIL paths: a folder that is not named is not missed"; exit 1; }
[ "$(plan_of_arrows | wc -l)" -ge 18 ] || { echo "FAIL paths: too few modules in arrows.sh"; exit 1; }

status=0
# Says what is wrong, if anything is.
complain() {
    [ -z "$2" ] || { printf 'FAIL paths: %s\n%s\n' "$1" "$2"; status=1; }
}
for document in "${documents[@]}"; do
    complain "$document names what is not there" "$(missing <"$document")"
done
complain "folders that $plan does not name" "$(unnamed_folders <"$plan")"
complain "$plan against arrows.sh" "$(diff <(plan_of_document <"$plan") <(plan_of_arrows))"
exit $status
