#!/bin/sh
# Each NAME.cmd, a piece of shell, has to print NAME.out, NAME.err and end with
# NAME.status; what is absent is empty, or 0.  The lines of NAME.out.glob and
# NAME.err.glob are patterns of the shell.
#
#	run-golden.sh [--accept] [NAME...]	--accept writes what is printed
#
# A .cmd runs in the source tree, so that paths are the same everywhere:
#	try tacho stat -r x	prints the command, what it prints, its status
. "${srcdir:-.}/tests/cli/lib.sh"

if [ "${1:-}" = --accept ]; then
	ACCEPT=1
	shift
fi
golden=$srcdir/tests/golden
mkdir "$tmp/bin"
ln -s "$tacho" "$tmp/bin/tacho"
PATH=$tmp/bin:$PATH
NO_COLOR=1
export PATH NO_COLOR
cd "$srcdir" || exit 99

try() {
	echo "\$ $*"
	"$@" 2>&1
	echo "status $?"
}

# same_lines GOT PATTERNS
same_lines() {
	exec 3<"$1" 4<"$2"
	while IFS= read -r want <&4; do
		IFS= read -r got <&3 || {
			echo "missing: $want"
			return 1
		}
		# shellcheck disable=SC2254
		case $got in
		$want) ;;
		*)
			echo "got:  $got"
			echo "want: $want"
			return 1
			;;
		esac
	done
	if IFS= read -r got <&3; then
		echo "too much: $got"
		return 1
	fi
}

# compare NAME STREAM
compare() {
	want=$golden/$1.$2
	if [ -n "${ACCEPT:-}" ] && [ ! -e "$want.glob" ]; then
		rm -f "$want"
		[ ! -s "$tmp/$2" ] || cp "$tmp/$2" "$want"
	fi
	if [ -e "$want.glob" ]; then
		check "$1.$2" same_lines "$tmp/$2" "$want.glob"
	elif [ -e "$want" ]; then
		check "$1.$2" diff -u "$want" "$tmp/$2"
	else
		check "$1.$2 is empty" diff -u /dev/null "$tmp/$2"
	fi
}

one() {
	(. "$golden/$1.cmd") >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	if [ -n "${ACCEPT:-}" ]; then
		rm -f "$golden/$1.status"
		[ $status -eq 0 ] || echo $status >"$golden/$1.status"
	fi
	want=0
	[ ! -e "$golden/$1.status" ] || want=$(cat "$golden/$1.status")
	is "$1: status" $status "$want"
	compare "$1" out
	compare "$1" err
}

if [ $# -gt 0 ]; then
	for name; do
		one "$name"
	done
else
	for file in "$golden"/*.cmd; do
		name=${file##*/}
		one "${name%.cmd}"
	done
fi
tap_done
