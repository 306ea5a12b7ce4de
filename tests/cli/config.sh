#!/bin/bash
# The configuration from outside: what commands take of it, what they say of a wrong one, and that they write nothing.
. "$(dirname "$0")/lib.bash"
journal=$SOURCE/tests/tui/sample.jsonl
config=$XDG_CONFIG_HOME/quantop/config.yaml
kept=$XDG_STATE_HOME/quantop/screen.yaml
mkdir -p "${config%/*}" "${kept%/*}"
unset QUANTOP_ONNXRUNTIME

# Columns and sorting count for pages as text, too; what was kept does not, nor for whoever wants neither.
printf 'columns: [mode, state]\nsort: [-mode]\n' >"$config"
printf 'screen: log\nfilter: int8\n' >"$kept"
before=$(stat -c '%i %y' "$config" "$kept")
expect 0 view "$journal" --plain
grep -Eq '^ +mode.? +state' "$scratch/out" || fail "other columns: $(cat "$scratch/out")"
! grep -q 'int8: 1/' "$scratch/out" || fail "a page as text depends on the last session"
expect 0 view "$journal" --plain --no-config
grep -q 'speedup' "$scratch/out" || fail "--no-config has the columns of one"
printf 'columns: [speedup]\n' >"$scratch/other.yaml"
expect 0 view "$journal" --plain --config "$scratch/other.yaml"
grep -Eq '^ +speedup' "$scratch/out" || fail "--config is not taken"
[ "$before" = "$(stat -c '%i %y' "$config" "$kept")" ] || fail "something was written"

# Of options that say the same the last counts.
if locale -a 2>/dev/null | grep -qi '^C\.utf-\?8$'; then
    LC_ALL=C.UTF-8 expect 0 view "$journal" --plain --ascii --glyphs block
    grep -q '█' "$scratch/out" || fail "the first option counts"
    LC_ALL=C.UTF-8 expect 0 view "$journal" --plain --glyphs block --ascii
    ! grep -q '█' "$scratch/out" || fail "the first option counts"
fi
expect 3 view "$journal" --plain --glyphs lead
says "option --glyphs: 'lead' is none of auto, braille, block or ascii"

# What is wrong is said with its place, and the rest counts.
printf 'columns: [mode, state]\nscheme: purple\nkeys: {trials: {fly: [x]}}\n' >"$config"
expect 0 view "$journal" --plain
says "warning: $config:2:9: scheme: 'purple' is none of"
says "warning: $config:3:17: no action is called 'fly' in trials"
! grep -q 'is none of' "$scratch/out" || fail "a page as text has the mistake in it"
grep -Eq '^ +mode +state' "$scratch/out" || fail "the columns do not count: $(cat "$scratch/out")"
printf 'columns: [mode\n' >"$config"
expect 0 runtimes
says "warning: $config:2:1: not valid YAML"
expect 3 runtimes --config "$config"
says "option --config: $config:2:1: not valid YAML"
expect 4 runtimes --config "$scratch/nowhere.yaml"
expect 3 runtimes --config "$config" --no-config
head -c 300000 /dev/zero | tr '\0' '#' >"$config"
expect 0 runtimes
says "warning: $config: the file has 300000 bytes"

# A library: an option and the environment go first, and no profile learns of it.
library=$BUILD/tests/unit/fake_onnxruntime.so
if [ -r "$library" ]; then
    printf 'onnxruntime: %s\n' "$library" >"$config"
    expect 0 runtimes
    grep -q "$library" "$scratch/out" || fail "the configuration's library is not taken: $(cat "$scratch/out")"
    QUANTOP_ONNXRUNTIME=/nowhere/env.so expect 0 runtimes
    grep -q '/nowhere/env.so' "$scratch/out" || fail "the environment does not go first: $(cat "$scratch/out")"
    expect 0 runtimes --onnxruntime /nowhere/option.so
    grep -q '/nowhere/option.so' "$scratch/out" || fail "the option does not go first: $(cat "$scratch/out")"
    expect 0 runtimes --no-config
    ! grep -q "$library" "$scratch/out" || fail "--no-config takes its library"
fi
