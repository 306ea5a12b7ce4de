#!/bin/bash
# A module includes only what stands below it. The table is the plan of the house: a module, and what
# it may know beside itself.
set -u
cd "$SOURCE" || exit 1

allowed() {
    case $1 in
    base) ;;
    graph | hardware | measure) echo base ;;
    rewrite) echo graph base ;;
    formats) echo rewrite graph base ;;
    kernels) echo graph hardware base ;;
    engine) echo kernels graph hardware base ;;
    architectures) echo engine kernels graph hardware base ;;
    # A model's text is a file's path or an architecture's name: both become a graph here.
    model) echo architectures engine formats rewrite kernels graph hardware base ;;
    quantize) echo model architectures engine formats rewrite graph hardware measure base ;;
    runtimes) echo model engine kernels formats graph hardware base ;;
    # Placements by their table rows.
    results) echo hardware measure base ;;
    report) echo results base ;;
    # Modes, runtimes, placements, architectures and formats of reports by their table rows, data sets by
    # their description.
    experiment) echo report results quantize runtimes architectures formats graph hardware measure base ;;
    worker) echo experiment results quantize runtimes engine kernels formats graph hardware measure base ;;
    # The runner's verbs only: experiment, but nothing that it knows.
    ui) echo experiment results base ;;
    command) echo ui worker experiment report results quantize runtimes model architectures engine formats rewrite graph hardware base ;;
    main) echo command base ;;
    *) return 1 ;;
    esac
}

# The module of a file.
module() {
    case $1 in
    src/main.c) echo main ;;
    src/*) local rest=${1#src/} && echo "${rest%%/*}" ;;
    ui/*) echo ui ;;
    esac
}

# Reads lines FILE:#include "x/y.h" and prints those that are against the table.
violations() {
    while IFS= read -r line; do
        local file=${line%%:*} from to
        from=$(module "$file")
        to=$(sed -n 's/.*#include "\([^/"]*\)\/.*/\1/p' <<<"$line")
        if [ -z "$to" ]; then
            grep -q '#include <\(n\?curses\|panel\|term\)' <<<"$line" && [ "$from" != ui ] &&
                echo "$line (the screen's library outside ui)"
            continue
        fi
        [ "$from" = "$to" ] && continue
        allowed "$from" >/dev/null || { echo "$line (no module '$from')"; continue; }
        case " $(allowed "$from") " in
        *" $to "*) ;;
        *) echo "$line" ;;
        esac
    done
}

# The test itself must see what is wrong.
forged='src/formats/x.c:#include "kernels/kernel.h"
ui/x.c:#include "graph/graph.h"
src/base/x.c:#include <ncurses.h>
src/graph/x.c:#include "base/error.h"'
[ "$(violations <<<"$forged" | wc -l)" = 3 ] || { echo "FAIL arrows: forged includes are not seen"; exit 1; }

found=$(grep -rn --include='*.[ch]' '^#include' src ui | sed 's/:[0-9]*:/:/' | violations)
[ -z "$found" ] && exit 0
printf 'FAIL arrows: includes against the plan\n%s\n' "$found"
exit 1
