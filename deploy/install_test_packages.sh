#!/bin/sh
# Installs the missing system packages of tests/system-packages.txt on Debian and Ubuntu, as root or with
# passwordless sudo. Their services do not start: for that time policy-rc.d says no, and what stood there
# before stands there again afterwards. Anywhere else it says what is missing and changes nothing.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
policy=/usr/sbin/policy-rc.d

say() { printf 'test packages: %s\n' "$*" >&2; }

missing() {
    while read -r package commands; do
        case $package in '#'* | '') continue ;; esac
        found=
        for command in $commands; do
            ! PATH="$PATH:/usr/sbin:/sbin" command -v "$command" >/dev/null 2>&1 || found=yes
        done
        [ -n "$found" ] || printf '%s ' "$package"
    done <"$here/tests/system-packages.txt"
}

wanted=$(missing)
[ -n "$wanted" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    say "missing: $wanted(this is neither Debian nor Ubuntu: install them by hand)"
    exit 0
fi
sudo=
if [ "$(id -u)" != 0 ]; then
    sudo="sudo -n"
    if ! $sudo true 2>/dev/null; then
        say "missing: $wanted(neither root nor passwordless sudo: install them by hand)"
        exit 0
    fi
fi

kept=
restore() {
    if [ -n "$kept" ]; then $sudo mv -f "$kept" "$policy"; else $sudo rm -f "$policy"; fi
}
if [ -e "$policy" ] || [ -L "$policy" ]; then
    kept=$policy.headland-$$
    $sudo mv "$policy" "$kept"
fi
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# 101: action forbidden by policy (invoke-rc.d's own table of codes).
printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
$sudo chmod 755 "$policy"

say "installing: $wanted"
$sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086  # one word a package
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
