# For the scripts of this folder and of tests/litert: scratch space, a quick profile on shipped models, and verdicts.
set -u
name=$(basename "$0" .sh)
scratch=$(mktemp -d)
export XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state XDG_CACHE_HOME=$scratch/cache
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "FAIL $name: $*"
    exit 1
}

# A profile of two models with the first images, so that it runs for seconds: $1 are the modes, $2
# further lines.
quick_profile() {
    cat >"$scratch/quick.yaml" <<END
models: [$SOURCE/data/mlp.tflite, $SOURCE/data/resnet.tflite]
data: {samples: $SOURCE/data/test-images.idx.gz, labels: $SOURCE/data/test-labels.idx.gz, count: 200}
preprocess: {scale: 0.00392156862745098}
calibration: {samples: $SOURCE/data/calibration-images.idx.gz, count: 50}
modes: [$1]
placement: 1
measure: {seconds: 1, min_rounds: 3, max_rounds: 4, profile_seconds: 0.05}
${2:-}
END
}

# Compiles tests/cli/$1.c into $scratch/$1.so, a library to be loaded first; the test is skipped where that cannot be.
compile_preload() {
    case ${QUANTOP_SANITIZERS:-} in
    *-fsanitize=*)
        echo "SKIP $name: sanitizers want to be loaded first"
        exit 77
        ;;
    esac
    ${CC:-cc} -std=gnu11 -D_GNU_SOURCE -shared -fPIC -O1 -o "$scratch/$1.so" "$SOURCE/tests/cli/$1.c" -ldl \
        2>"$scratch/err" || {
        echo "SKIP $name: no library to load: $(head -n 1 "$scratch/err")"
        exit 77
    }
}

# Runs the program; its exit status must be the first argument. Output goes to $scratch/out and err.
expect() {
    local wanted=$1 got
    shift
    "$QUANTOP" "$@" >"$scratch/out" 2>"$scratch/err"
    got=$?
    [ $got = "$wanted" ] ||
        fail "quantop $* ended with $got, expected $wanted: $(cat "$scratch/out" "$scratch/err")"
}

# What the last run said on stderr.
says() {
    grep -q -e "$1" "$scratch/err" || fail "no '$1' in: $(cat "$scratch/err")"
}
