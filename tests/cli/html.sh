#!/bin/bash
# The page of --html: its figures are those of --csv, and a browser draws it, where there is one.
. "$SOURCE/tests/cli/lib.bash"

quick_profile 'fp32, {mode: int8, effort: 0}, fp16' 'layers: {samples: 16, seconds: 5}'
expect 0 run "$scratch/quick.yaml" --html "$scratch/page.html" --csv "$scratch/rows.csv" --journal "$scratch/run.jsonl"

# Medians of both, in the order of the rows.
column() { head -1 "$scratch/rows.csv" | tr , '\n' | grep -nx "$1" | cut -d: -f1; }
[ "$(wc -l <"$scratch/rows.csv")" = 7 ] || fail "expected 6 rows: $(cat "$scratch/rows.csv")"
for id in latency_ms size_bytes speedup accuracy; do
    tail -n +2 "$scratch/rows.csv" | cut -d, -f"$(column $id)" >"$scratch/$id.csv"
    grep -o "<tr data-row=.*</tr>" "$scratch/page.html" | grep -o "data-column=\"$id\" data-value=\"[^\"]*\"" |
        cut -d'"' -f4 >"$scratch/$id.html"
    [ "$(grep -c . "$scratch/$id.csv")" = 6 ] || fail "figures of $id are missing: $(cat "$scratch/rows.csv")"
    cmp -s "$scratch/$id.csv" "$scratch/$id.html" || fail "$id: $(diff "$scratch/$id.csv" "$scratch/$id.html")"
done

# Bars of layers are the first ones of quantop layers, in its order, with its figures.
expect 0 layers "$scratch/run.jsonl" --top 15 --csv "$scratch/layers.csv"
[ "$(grep -c '^<g data-row' "$scratch/page.html")" -gt 30 ] || fail "few bars: $(cat "$scratch/layers.csv")"
for id in layer time_us saved_us isolated_sqnr_db drop error_percent_per_ms; do
    awk -F, -v id=$id 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == id) c = i; next } { sub("inf", "", $c); print $c }' \
        "$scratch/layers.csv" >"$scratch/$id.csv"
    sed -n "/^<g data-row/{s/.* data-$id=\"\([^\"]*\)\".*/\1/;s/^<g.*//;p}" "$scratch/page.html" >"$scratch/$id.html"
    grep -q . "$scratch/$id.csv" || fail "no figures of $id: $(cat "$scratch/layers.csv")"
    cmp -s "$scratch/$id.csv" "$scratch/$id.html" || fail "$id: $(diff "$scratch/$id.csv" "$scratch/$id.html")"
done

# The same page again from the journal.
expect 0 view "$scratch/run.jsonl" --html "$scratch/again.html"
cmp -s "$scratch/page.html" "$scratch/again.html" || fail "view --html differs from run --html"

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
    echo "SKIP $name: no Chromium to draw the page"
    exit 77
fi
shoot() {
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/browser" \
        --window-size=1400,2600 --screenshot="$2" "file://$1" >"$scratch/browser.log" 2>&1
}
echo '<!DOCTYPE html><title>empty</title>' >"$scratch/empty.html"
shoot "$scratch/empty.html" "$scratch/empty.png" || true
if [ ! -s "$scratch/empty.png" ]; then
    echo "SKIP $name: the browser does not run here: $(tail -1 "$scratch/browser.log")"
    exit 77
fi
shoot "$scratch/page.html" "$scratch/page.png"
[ "$(head -c 8 "$scratch/page.png" | tail -c 7 | head -c 3)" = PNG ] || fail "no picture: $(cat "$scratch/browser.log")"
# A page that stayed blank compresses to next to nothing.
blank=$(stat -c %s "$scratch/empty.png") drawn=$(stat -c %s "$scratch/page.png")
[ "$drawn" -gt $((blank + 50000)) ] || fail "the page has next to nothing on it: $drawn bytes, blank $blank"
# Elements as the browser understood them: three charts of each of two models, and one of the layers of each mode.
timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$scratch/browser" --dump-dom \
    "file://$scratch/page.html" >"$scratch/dom" 2>"$scratch/browser.log" || fail "$(cat "$scratch/browser.log")"
[ "$(grep -o '<svg' "$scratch/dom" | wc -l)" = 10 ] || fail "expected 10 charts"
[ "$(grep -o '<circle data-row' "$scratch/dom" | wc -l)" = 6 ] || fail "expected 6 marks in the charts of what is traded"
