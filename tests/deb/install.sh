#!/bin/bash
# install.sh PACKAGE.deb: installs the package into a new root with nothing but Debian's base, and runs
# what is in debian/tests/installed there. Needs root and debootstrap, takes a few minutes, and is no
# part of `make check`; `make deb deb-check` calls it. QUANTOP_DEBROOT names a folder for the root,
# which is kept then and used again.
set -eu

skip() {
    echo "SKIP install: $*"
    exit 77
}
fail() {
    echo "FAIL install: $*"
    exit 1
}

package=$(realpath "${1:?a package to install}")
tests=$(realpath "$(dirname "$0")/../../debian/tests")
[ -f "$package" ] || fail "there is no package '$package': make deb first"
[ "$(id -u)" = 0 ] || skip "this is for root"
command -v debootstrap >/dev/null || skip "debootstrap is missing"

# The release and the mirror of this machine.
release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $release" 'Identifier: Packages' |
    head -n 1)
[ -n "$mirror" ] || skip "apt knows no mirror of Debian's release '$release'"

if [ -n "${QUANTOP_DEBROOT:-}" ]; then
    root=$QUANTOP_DEBROOT
else
    root=$(mktemp -d)
    # Other users must get in, as that of apt and the one who runs the program.
    chmod 755 "$root"
    trap 'rm -rf --one-file-system "$root"' EXIT
fi
if [ ! -e "$root/var/lib/dpkg/status" ]; then
    echo "A root with Debian $release in $root"
    debootstrap --variant=minbase "$release" "$root" "$mirror" >"$root.log" 2>&1 ||
        fail "debootstrap: $(tail -n 5 "$root.log")"
    rm -f "$root.log"
fi

# Runs a command in the root, with mounts and processes that end with it.
# shellcheck disable=SC2016
inside() {
    unshare --mount --pid --fork sh -eu -c '
        root=$1 && shift
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb "$@"' \
        sh "$root" "$@"
}

cp "$package" "$root/tmp/quantop.deb"
mkdir -p "$root/opt/quantop-tests"
cp "$tests/installed" "$root/opt/quantop-tests/"
inside apt-get -q update
inside env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends man-db \
    --reinstall /tmp/quantop.deb
# As a user without rights, who can write nothing of the package.
inside setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent \
    /opt/quantop-tests/installed || fail "the installed package does not do what it should"
# It goes as it came.
inside dpkg --purge quantop
left=$(find "$root/usr" "$root/etc" "$root/var/cache" -name '*quantop*')
[ -z "$left" ] || fail "left behind: $left"
echo "PASS install"
