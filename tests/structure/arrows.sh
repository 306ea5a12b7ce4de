#!/bin/bash
# A module includes only what stands below it. The table is the plan of the house: a module, and what
# it may know beside itself.
set -u
cd "$SOURCE" || exit 1

allowed() {
    case $1 in
    base) ;;
    graph | hardware | measure | search) echo base ;;
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
    experiment) echo report results quantize runtimes architectures formats graph hardware measure search base ;;
    worker) echo experiment results quantize runtimes model engine kernels formats graph hardware measure search base ;;
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

# The room of the kernels that a path below src/ stands in: common, reference, fast, or none.
room() {
    case $1 in
    kernels/*/*) local rest=${1#kernels/} && echo "${rest%%/*}" ;;
    *) echo none ;;
    esac
}

# Whether a file of one room may include a header of another. The reference and the fast kernels do
# not know each other, and what both know, common, knows neither: a loop that a fast kernel had from
# the reference would be compared with itself. Nobody else looks into the rooms.
enters() {
    case $1:$2 in
    *:none | reference:reference | fast:fast | reference:common | fast:common | common:common) ;;
    *) return 1 ;;
    esac
}

# Reads lines FILE:#include "x/y.h" and prints those that are against the table.
violations() {
    while IFS= read -r line; do
        local file=${line%%:*} from to header=
        [[ $line =~ \#include\ \"([^\"]*)\" ]] && header=${BASH_REMATCH[1]}
        enters "$(room "${file#src/}")" "$(room "$header")" ||
            { echo "$line (from room to room of the kernels)"; continue; }
        from=$(module "$file")
        to=${header%%/*}
        if [ "$to" = "$header" ]; then
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
src/graph/x.c:#include "base/error.h"
src/kernels/fast/product/x.c:#include "kernels/reference/x.h"
src/kernels/reference/x.c:#include "kernels/fast/vector/x.h"
src/kernels/common/x.h:#include "kernels/reference/x.h"
src/kernels/common/x.c:#include "kernels/fast/x.h"
src/kernels/x.c:#include "kernels/common/x.h"
src/engine/x.c:#include "kernels/common/x.h"
src/kernels/fast/x.c:#include "kernels/common/x.h"
src/kernels/fast/product/x.c:#include "kernels/fast/vector/x.h"
src/kernels/reference/x.c:#include "kernels/kernel.h"'
[ "$(violations <<<"$forged" | wc -l)" = 9 ] ||
    { echo "FAIL arrows: forged includes are not seen"; exit 1; }

found=$(grep -rn --include='*.[ch]' '^#include' src ui | sed 's/:[0-9]*:/:/' | violations)
[ -z "$found" ] && exit 0
printf 'FAIL arrows: includes against the plan\n%s\n' "$found"
exit 1
