#!/bin/bash
# No two files call each other, directly or through others, nor do headers include each other. A file
# is a .c with the header of its name. It calls another when its code refers to a symbol of that one,
# or by the name of an inline function in its header. Tables are no calls: a row that names a function
# or another row is data, and what the linker fills into data is not looked at.
set -u
for tool in nm readelf ctags; do
    command -v $tool >/dev/null || { echo "SKIP cycles: $tool is missing"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Below, $1 is a source tree and $2 its build tree. Files are named by their path from the source tree,
# without suffix; edges are lines "FROM TO WHY".

# Objects with the file that each is made of; those of generated or former sources have none.
objects() {
    (cd "$2" && find . -path ./tests -prune -o -name '*.o' -print) | sed 's#^\./##' |
        while IFS= read -r object; do
            # A library with flags of its own has libfast_avx2_a-add.o.
            file=$(sed -E 's#\.o$##; s#/[A-Za-z0-9_]+_a-([^/]*)$#/\1#' <<<"$object")
            [ ! -f "$1/$file.c" ] || echo "$object $file"
        done
}

# Symbols that the code of one object wants and that of another has. A compiler that reads through a
# constant table refers to its rows from code, too: those that the object has in a table are left out.
calls() {
    objects "$1" "$2" >"$scratch/objects"
    (
        cd "$2" || exit 1
        mapfile -t names < <(cut -d ' ' -f 1 "$scratch/objects")
        nm -A -g "${names[@]}" | sed 's/:/ /' >"$scratch/symbols"
        readelf -rW "${names[@]}" >"$scratch/relocations"
    )
    awk '
        FILENAME ~ /objects$/ { file[$1] = $2; next }
        FILENAME ~ /symbols$/ && $(NF - 1) == "U" { wanted[$1, $NF]; next }
        FILENAME ~ /symbols$/ { definer[$NF] = file[$1]; data[$NF] = $(NF - 1) ~ /[BDR]/; next }
        /^File: / { object = $2 }
        /^Relocation section/ { section = "" }
        /^Relocation section .\.rela?\.text/ { section = "code" }
        /^Relocation section .\.rela?\.(data|rodata)/ { section = "row" }
        !section || !((object, $5) in wanted) || !($5 in definer) { next }
        section == "row" && data[$5] { row[object, $5] }
        section == "code" { code[object, $5] }
        END {
            for (key in code) {
                split(key, part, SUBSEP)
                if (!(key in row)) print file[part[1]], definer[part[2]], part[2]
            }
        }' "$scratch/objects" "$scratch/symbols" "$scratch/relocations" | sort -u
}

# Inline functions of headers, called by name.
inline_calls() {
    (
        cd "$1" || exit 1
        mapfile -t sources < <(find src ui man -name '*.[ch]')
        ctags -x --_xformat='%N %F' --map-C=+.h --kinds-C=f --languages=C "${sources[@]}" >"$scratch/functions"
        awk '
            function base(path) { sub(/\.[ch]$/, "", path); return path }
            FILENAME ~ /functions$/ { own[base($2), $1] }
            FILENAME ~ /functions$/ && $2 ~ /\.h$/ { homes[$1] = homes[$1] " " base($2) }
            FILENAME ~ /functions$/ { next }
            FNR == 1 { comment = 0; me = base(FILENAME) }
            comment && !sub(/^.*\*\//, "") { next }
            {
                gsub(/\/\*[^*]*\*\//, "")
                comment = sub(/\/\*.*/, "")
                while (match($0, /[A-Za-z_][A-Za-z_0-9]*\(/)) {
                    name = substr($0, RSTART, RLENGTH - 1)
                    $0 = substr($0, RSTART + RLENGTH)
                    if (!(name in homes) || (me, name) in own) continue
                    count = split(homes[name], home, " ")
                    for (i = 1; i <= count; i++) print me, home[i], name
                }
            }' "$scratch/functions" "${sources[@]}" | sort -u
    )
}

header_includes() {
    (cd "$1" && grep -r --include='*.h' '^#include "' src ui man) |
        sed -nE 's#^(.*)\.h:.include "(.*)\.h".*#\1 \2#p' |
        while read -r from to; do
            [ ! -f "$1/src/$to.h" ] || to=src/$to
            echo "$from $to #include"
        done
}

# Reads edges; prints those on a cycle, both ends of which are in one strong component (Tarjan's way).
cyclic() {
    awk '
        $1 != $2 { from[++edges] = $1; to[edges] = $2; why[edges] = $3; out[$1] = out[$1] " " $2 }
        function visit(node, ends, count, i) {
            low[node] = order[node] = ++clock
            open[node] = 1
            stack[++top] = node
            count = split(out[node], ends, " ")
            for (i = 1; i <= count; i++) {
                if (!(ends[i] in order)) visit(ends[i])
                if (open[ends[i]] && low[ends[i]] < low[node]) low[node] = low[ends[i]]
            }
            if (low[node] < order[node]) return
            do {
                component[stack[top]] = order[node]
                open[stack[top]] = 0
            } while (stack[top--] != node)
        }
        END {
            for (i = 1; i <= edges; i++) if (!(from[i] in order)) visit(from[i])
            for (i = 1; i <= edges; i++)
                if (component[from[i]] == component[to[i]]) {
                    pair = component[from[i]] " " from[i] " -> " to[i] ":"
                    symbols[pair] = symbols[pair] " " why[i]
                }
            for (pair in symbols) print pair symbols[pair]
        }' | sort -k 1,1n -k 2 | cut -d ' ' -f 2-
}

cycles() {
    { calls "$1" "$2"; inline_calls "$1"; } >"$scratch/edges"
    cyclic <"$scratch/edges"
    header_includes "$1" | cyclic
}

# The test itself must see what is wrong: a pair, a ring with an inline function in it, two headers,
# and no more than these.
forge() {
    mkdir -p "$1/src/m" "$1/ui" "$1/man"
    cd "$1/src" || exit 1
    echo 'int pair_b(void); int pair_a(void) { return pair_b(); }' >m/pair_a.c
    echo 'int pair_a(void); int pair_b(void) { return pair_a(); }' >m/pair_b.c
    echo 'int ring_b(void); int ring_a(void) { return ring_b(); }' >m/ring_a.c
    printf '#include "m/ring_c.h"\nint ring_b(void) { return ring_inline(); }\n' >m/ring_b.c
    echo 'int ring_c(void); static inline int ring_inline(void) { return ring_c(); }' >m/ring_c.h
    printf '#include "m/ring_c.h"\nint ring_a(void); int ring_c(void) { return ring_a(); }\n' >m/ring_c.c
    printf '#ifndef X\n#define X\n#include "m/head_b.h"\n#endif\n' >m/head_a.h
    printf '#ifndef Y\n#define Y\n#include "m/head_a.h"\n#endif\n' >m/head_b.h
    echo 'struct row { int (*run)(void); }; extern const struct row row; extern const struct row *rows[];
        const struct row *rows[] = {&row}; int find(void) { return rows[0]->run(); }' >m/table.c
    echo 'struct row { int (*run)(void); }; int find(void); extern const struct row row;
        static int run(void) { return find(); } const struct row row = {run};' >m/row.c
    for file in m/*.c; do
        ${CC:-cc} -O2 -I. -c "$file" -o "${file%.c}.o" || exit 1
    done
    mv m/ring_c.o m/libfast_wide_a-ring_c.o
}
(forge "$scratch/forged") || { echo "FAIL cycles: the forged sources do not compile"; exit 1; }
seen=$(cycles "$scratch/forged" "$scratch/forged")
wanted='src/m/pair_a -> src/m/pair_b: pair_b
src/m/pair_b -> src/m/pair_a: pair_a
src/m/ring_a -> src/m/ring_b: ring_b
src/m/ring_b -> src/m/ring_c: ring_c ring_inline
src/m/ring_c -> src/m/ring_a: ring_a
src/m/head_a -> src/m/head_b: #include
src/m/head_b -> src/m/head_a: #include'
[ "$(sort <<<"$seen")" = "$(sort <<<"$wanted")" ] ||
    { printf 'FAIL cycles: of the forged ones are seen\n%s\n' "$seen"; exit 1; }

found=$(cycles "$SOURCE" "$BUILD")
count=$(wc -l <"$scratch/edges")
echo "$count calls between files"
# Objects without relocations, such as those for optimization when linking, would show nothing.
[ "$count" -gt 1000 ] || { echo "FAIL cycles: too few calls found"; exit 1; }
[ -z "$found" ] && exit 0
printf 'FAIL cycles: these files call each other, or headers include each other\n%s\n' "$found"
exit 1
