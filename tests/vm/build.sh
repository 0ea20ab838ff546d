#!/bin/sh
# Cross-compile tacho and the guest programs for arm64.
#
#	tests/vm/build.sh DIR
#
# TACHO_VM_CONFIGURE holds more options for configure.
#
# Leaves tacho, watched, loop, loop2, loop-more and work in DIR/out.  The sources are copied to
# DIR/src first, because a tree that was configured in place refuses another
# build beside it; only what changed is copied and compiled again.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
if [ $# -ne 1 ]; then
	echo "usage: $0 DIR" >&2
	exit 2
fi
mkdir -p "$1"
dir=$(cd "$1" && pwd -P)
log=$dir/build.log

cc=$("$here/pmu-vm" --print-cc)
sysroot=$("$here/pmu-vm" --print-sysroot)

if [ ! -x "$top/configure" ]; then
	echo "$0: no configure in $top; run ./autogen.sh first" >&2
	exit 1
fi

# What a distribution holds, without what a build has left there.
copy_sources() {
	(cd "$top" && find autogen.sh configure configure.ac aclocal.m4 \
		config.h.in Makefile.am Makefile.in README.md LICENSE \
		build-aux m4 src events tests doc \
		\( -name .cache -o -name .deps -o -name '*.dSYM' \) -prune -o \
		-type f ! -name '*.o' ! -name '*.a' ! -name '*.log' \
		! -name '*.trs' ! -name .dirstamp ! -name builtin.c \
		! -name '*_test' -print) >"$dir/files"
	mkdir -p "$dir/src"
	(cd "$top" && xargs cp -u -p --parents -t "$dir/src") <"$dir/files"
	chmod -R u+w "$dir/src"
}

configure_once() {
	# make itself runs configure again when that has changed
	[ ! -e "$dir/build/config.status" ] || return 0
	mkdir -p "$dir/build"
	(cd "$dir/build" &&
		PKG_CONFIG_PATH='' \
		PKG_CONFIG_SYSROOT_DIR=$sysroot \
		PKG_CONFIG_LIBDIR=$sysroot/usr/lib/aarch64-linux-gnu/pkgconfig:$sysroot/usr/share/pkgconfig \
			../src/configure -q --host=aarch64-linux-gnu CC="$cc" \
			CFLAGS='-O2 -g' ${TACHO_VM_CONFIGURE-})
}

build() {
	copy_sources
	configure_once
	make -C "$dir/build" -j"$(nproc)" tacho
	make -C "$dir/build" tests/vm/watched
	mkdir -p "$dir/out"
	cp "$dir/build/tacho" "$dir/build/tests/vm/watched" "$dir/out"
	$cc -nostdlib -static -DTIMES=1 -o "$dir/out/loop" "$here/loop.S"
	$cc -nostdlib -static -DTIMES=2 -o "$dir/out/loop2" "$here/loop.S"
	$cc -nostdlib -static -DTIMES=1 -DROUNDS=10200000 \
		-o "$dir/out/loop-more" "$here/loop.S"
	$cc -std=gnu17 -O2 -Wall -Wextra -static -pthread \
		-o "$dir/out/work" "$here/work.c"
}

# What a surrounding make exports would reach the one in here
unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS CPPFLAGS LDFLAGS LIBS
if ! build >"$log" 2>&1; then
	echo "$0: the arm64 build failed; the end of $log:" >&2
	tail -20 "$log" >&2
	exit 1
fi
