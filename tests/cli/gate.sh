#!/bin/bash
# A run held against an earlier one: by run and by view, with exit statuses, reports and JUnit XML that a
# parser takes.
. "$(dirname "$0")/lib.bash"

cat >"$scratch/p.yaml" <<END
models: [$SOURCE/data/mlp.tflite]
data: {samples: $SOURCE/data/test-images.idx.gz, labels: $SOURCE/data/test-labels.idx.gz, count: 100}
preprocess: {scale: 0.00392156862745098}
modes: [fp32, dynamic]
measure: {seconds: 1, min_rounds: 10, max_rounds: 10, block_ms: 1, warmup_ms: 1, profile_seconds: 0}
END
cd "$scratch" || exit 1
expect 0 run p.yaml --journal first.jsonl --json first.json

# The journal $1 as $2, in which every inference took $3 ns and nothing is known of what disturbed it.
doctor() {
    sed -E "/\"event\":\"block\"/s/,\"facts\":\\{[^}]*\\}//; /\"event\":\"block\"/s/\"ns\":\\[[0-9,]*\\]/\"ns\":[$3,$3,$3]/" "$1" >"$2"
    grep -q "\"ns\":\\[$3,$3,$3\\]" "$2" || fail "no block of $1 was changed"
}
doctor first.jsonl steady.jsonl 40000
doctor first.jsonl half.jsonl 20000

# Beside itself nothing is worse; beside one that took half as long both rows are.
expect 0 view steady.jsonl --baseline steady.jsonl --table
grep -q '^gate: passed: 0 of 8 figures are worse than in steady.jsonl of 20' out || fail "no verdict in: $(cat out)"
expect 1 view steady.jsonl --baseline half.jsonl --table
grep -q '^gate: failed: 2 of 8 figures are worse' out || fail "no verdict in: $(cat out)"
grep -q '^gate: worse: mlp dynamic on 1: latency 0.04 ms, 0.02 ms before: +100.0 %, up to +5.00 % does not matter' out ||
    fail "no figures in: $(cat out)"
expect 0 view steady.jsonl --baseline half.jsonl --set gate.slower=100 --table
expect 0 view half.jsonl --baseline steady.jsonl --table
grep -q '^gate: better: mlp fp32 on 1: latency 0.02 ms, 0.04 ms before: -50.0 %' out || fail "no better in: $(cat out)"
expect 0 view steady.jsonl --table
! grep -q '^gate' out || fail "a gate that nobody asked for: $(cat out)"

# Another machine: nothing is told of times, and accuracy is judged as ever.
sed 's/"cpu":"[^"]*","isa"/"cpu":"another <CPU>","isa"/' steady.jsonl >elsewhere.jsonl
expect 2 view steady.jsonl --baseline elsewhere.jsonl --json told.json --junit told.xml
[ "$(grep -c '"verdict": "cannot tell"' told.json)" = 5 ] || fail "not 4 figures and the whole: $(cat told.json)"
grep -q "the CPU differs: '.*', in the baseline 'another <CPU>'" told.json || fail "no reason in: $(cat told.json)"
[ "$(grep -c '<skipped message="cannot tell: .*another &lt;CPU&gt;' told.xml)" = 4 ] || fail "$(cat told.xml)"

# A new run, whatever the machine is doing: as fast as none can be is worse, and a margin that takes all is
# kept. The gate is in the journal, so that view shows it without the baseline.
doctor first.jsonl none.jsonl 1
wide='--set gate.slower=100000 --set gate.memory=100 --set gate.trust=D'
# shellcheck disable=SC2086
expect 0 run p.yaml --baseline first.jsonl $wide --journal second.jsonl --markdown second.md
grep -q '^gate: passed' out || fail "no verdict in: $(cat out)"
[ "$(head -n 1 second.md | cut -c1-17)" = '**Gate** passed: ' ] || fail "the gate is not on top: $(cat second.md)"
# shellcheck disable=SC2086
expect 1 run p.yaml --baseline none.jsonl --set gate.memory=100 --set gate.trust=D --journal third.jsonl --junit run.xml
[ "$(tail -n 2 third.jsonl | grep -c '"event":"gate"\|"event":"end"')" = 2 ] || fail "$(tail -n 2 third.jsonl)"
expect 0 view third.jsonl --table
[ "$(grep -c '^gate: worse: .* latency .* before: ' out)" = 2 ] || fail "no gate of the journal in: $(cat out)"
expect 0 view third.jsonl --junit view.xml
cmp run.xml view.xml || fail "view --junit differs from run --junit"
expect 0 view third.jsonl --csv third.csv
[ "$(grep -c ',"\?worse: latency; not worse: ' third.csv)" = 2 ] || fail "the rows do not say it: $(cat third.csv)"

# A report in JSON has intervals, and no scores of single samples.
# shellcheck disable=SC2086
expect 0 view second.jsonl --baseline first.json $wide --set gate.drop=50 --table
grep -q '^gate: passed: 0 of 8' out || fail "no verdict in: $(cat out)"
expect 3 view second.jsonl --baseline third.csv
says 'third.csv: no baseline: neither the journal of a run nor its JSON report'
expect 4 view second.jsonl --baseline nothing.jsonl
says 'nothing.jsonl'
sed '/"event":"end"/d' first.jsonl >open.jsonl
expect 3 run p.yaml --baseline open.jsonl --journal never.jsonl
says "open.jsonl: the run of this journal is not over"
[ ! -e never.jsonl ] || fail "a run that was refused left a journal"
expect 3 view second.jsonl --baseline first.jsonl --set measure.seconds=1
says "'measure.seconds=1' means nothing here"
expect 3 view second.jsonl --set gate.slower=1
says 'keys of the gate need --baseline'
expect 3 view second.jsonl --baseline first.jsonl --csv first.jsonl
says 'the output is the same file as'
expect 3 run p.yaml --baseline first.jsonl --csv first.jsonl
says 'the output is the same file as'

expect 3 run p.yaml --baseline third.csv --dry-run
says 'third.csv: no baseline'

# Names that mean something in XML, a row that fails, and a title that no XML may hold.
odd='<m> & "q" ]]>'
cp "$SOURCE/data/mlp.tflite" "$odd.tflite"
head -c 100 "$odd.tflite" >cut.tflite
expect 5 run --model "$odd.tflite" --model cut.tflite --modes fp32 --data random:4 --journal odd.jsonl \
    --set measure.max_rounds=1 --set measure.min_rounds=1
sed -i '1s/"title":""/"title":"a\\u0001\\u001b<b>"/' odd.jsonl
expect 0 view odd.jsonl --junit odd.xml
grep -q '<testsuite name="a??&lt;b&gt;" tests="2" failures="0" errors="1" skipped="0"' odd.xml ||
    fail "no suite in: $(cat odd.xml)"
grep -q 'classname="&lt;m&gt; &amp; &quot;q&quot; \]\]&gt;"' odd.xml || fail "no name in: $(cat odd.xml)"
grep -q '<error message="prepare: ' odd.xml || fail "no lost row in: $(cat odd.xml)"

if ! command -v xmllint >/dev/null; then
    echo "SKIP gate: no xmllint to read the XML"
    exit 77
fi
# What a parser finds at the path $2 of $1.
found() { xmllint --xpath "string($2)" "$1" 2>&1; }
for file in told.xml run.xml odd.xml; do
    xmllint --noout $file 2>err || fail "$file is no XML: $(cat err)"
    for count in 'tests testcase' 'failures failure' 'errors error' 'skipped skipped'; do
        [ "$(found $file "//testsuite/@${count% *}")" = "$(found $file "count(//${count#* })")" ] ||
            fail "$file counts its $count in another way"
    done
done
[ "$(found odd.xml '(//testcase/@classname)[1]')" = "$odd" ] || fail "another name: $(found odd.xml '//@classname')"
exit 0
