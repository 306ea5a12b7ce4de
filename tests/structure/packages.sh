#!/bin/bash
# What a Debian package is built with, ./bootstrap installs; and its version is that of configure.ac.
set -u
cd "$SOURCE" || exit 1
status=0
fail() {
    echo "FAIL packages: $*"
    status=1
}

# Names in the field of a control file on stdin, without versions and profiles.
field() {
    sed -n "/^$1:/,/^[A-Z]/{s/^$1://; /^[A-Z]/d; p}" | tr ',' '\n' | sed 's/[(<].*//; s/ //g' | grep .
}
# Those of them that are not in the words of $1; debhelper-compat comes with debhelper.
missing() {
    sed 's/^debhelper-compat$/debhelper/' | grep -vxF "$(tr -s ' ' '\n' <<<"$1")"
}

# The test itself must see what is wrong.
forged=$(printf 'Build-Depends: a (>= 2),\n b <!nocheck>,\n debhelper-compat (= 13)\nNext: c\n' |
    field Build-Depends | missing ' a debhelper ')
[ "$forged" = b ] || { echo "FAIL packages: of the forged ones is seen '$forged'"; exit 1; }

installed=$(eval "$(sed -n '/^packages_to_build="/,/"$/p; /^packages_to_package="/p' bootstrap)" &&
    echo "$packages_to_package")
wanted=$(field Build-Depends <debian/control)
[ "$(wc -l <<<"$wanted")" -ge 5 ] || fail "too few packages found in debian/control"
absent=$(missing "$installed" <<<"$wanted")
[ -z "$absent" ] || fail "debian/control wants what ./bootstrap deb does not install: $absent"

version=$(sed -n 's/^AC_INIT(\[quantop\], \[\(.*\)\])/\1/p' configure.ac)
[ -n "$version" ] && head -n 1 debian/changelog | grep -qF "quantop ($version)" ||
    fail "the newest entry of debian/changelog is not that of version '$version'"
exit $status
