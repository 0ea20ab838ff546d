#!/bin/sh
# Generate configure.  With --deps, first install what tacho is built from.
set -eu
cd "$(dirname "$0")"

# The last line of each list is for the tests alone.
apt_packages="gcc make autoconf automake pkg-config libpfm4-dev libcpuid-dev
	libjansson-dev libgsl-dev libsmartcols-dev libcap-dev
	libdw-dev libbpf-dev libncurses-dev
	libcmocka-dev mandoc python3-jsonschema strace tmux"
dnf_packages="gcc make autoconf automake pkgconf-pkg-config libpfm-devel
	libcpuid-devel jansson-devel gsl-devel libsmartcols-devel libcap-devel
	elfutils-devel libbpf-devel ncurses-devel
	libcmocka-devel mandoc python3-jsonschema strace tmux"
pacman_packages="gcc make autoconf automake pkgconf libpfm libcpuid jansson gsl
	util-linux-libs libcap libelf libbpf ncurses
	cmocka mandoc python-jsonschema strace tmux"
apk_packages="gcc musl-dev linux-headers make autoconf automake pkgconf
	libpfm-dev libcpuid-dev jansson-dev gsl-dev util-linux-dev libcap-dev
	elfutils-dev libbpf-dev ncurses-dev
	cmocka-dev mandoc py3-jsonschema strace tmux"

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "autogen.sh: not root and no sudo; run as root: $*" >&2
		exit 1
	fi
}

install_deps() {
	case $(uname -m) in
	x86_64 | i?86) ;;
	*) # libcpuid is for x86 only
		apt_packages=$(echo $apt_packages | sed 's/libcpuid-dev//')
		dnf_packages=$(echo $dnf_packages | sed 's/libcpuid-devel//')
		pacman_packages=$(echo $pacman_packages | sed 's/libcpuid//')
		apk_packages=$(echo $apk_packages | sed 's/libcpuid-dev//')
		;;
	esac
	if command -v apt-get >/dev/null; then
		as_root apt-get update -q
		as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -q --no-install-recommends $apt_packages
	elif command -v dnf >/dev/null; then
		as_root dnf install -y $dnf_packages
	elif command -v pacman >/dev/null; then
		as_root pacman -S --needed --noconfirm $pacman_packages
	elif command -v apk >/dev/null; then
		as_root apk add $apk_packages
	else
		echo "autogen.sh: no apt-get, dnf, pacman or apk here; install:" >&2
		echo "  $apt_packages" >&2
		exit 1
	fi
}

case ${1-} in
'') ;;
--deps) install_deps ;;
*)
	echo "usage: ./autogen.sh [--deps]" >&2
	exit 2
	;;
esac

mkdir -p m4
autoreconf --install --force --warnings=all,no-obsolete,no-portability
echo "Next: ./configure && make"
