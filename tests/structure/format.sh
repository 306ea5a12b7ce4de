#!/bin/bash
# The code is as clang-format leaves it: version 14, that of Debian 12, as each has ways of its own.
set -u
cd "$SOURCE" || exit 1

formatter=
for candidate in clang-format-14 clang-format; do
    ! "$candidate" --version 2>/dev/null | grep -q 'version 14\.' || { formatter=$candidate; break; }
done
[ -n "$formatter" ] || { echo "SKIP format: clang-format 14 is missing"; exit 77; }

# The test itself must see what is wrong.
badly=$(mktemp -d --suffix=.format)
trap 'rm -rf "$badly"' EXIT
printf 'int badly( void ){return 1;}\n' >"$badly/forged.c"
cp .clang-format "$badly/"
! "$formatter" --dry-run --Werror "$badly/forged.c" 2>/dev/null ||
    { echo "FAIL format: a badly formatted file is not seen"; exit 1; }

if said=$(find src ui man tests -name '*.[ch]' -print0 | sort -z |
    xargs -0 -n 16 -P "$(nproc)" "$formatter" --dry-run --Werror 2>&1); then
    exit 0
fi
echo "FAIL format: $formatter -i would change"
grep ': error:' <<<"$said" | cut -d : -f 1 | sort | uniq -c | awk '{ print $2 ": " $1 " places" }'
grep -q ': error:' <<<"$said" || echo "$said"
exit 1
