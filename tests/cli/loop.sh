#!/bin/sh
# "tacho loop", alone and measured.
. "${srcdir:-.}/tests/cli/lib.sh"

run loop
is "without a name: 0" $status 0
list=$out
for name in add-chain add-wide branch-random chase-l1 chase-l2 chase-l3 \
	chase-dram stream-read stream-copy page-touch syscalls sleep; do
	has "$name is listed" "$list" "
$name "
	case $name in
	chase* | stream*) size="--size 64K" ;;
	*) size= ;;
	esac
	# shellcheck disable=SC2086 # no size is no word
	run loop $name --iterations 3 $size
	is "$name: 0" "$status$err" 0
	has "$name tells what it did" "$out" "$name: 3 times "
done

run loop --seconds 0.01 add-chain
is "options may stand before the name" $status 0
has "one hundredth of a second is about that" "$out" " ms"
run loop chase-l1 --size 4096 --iterations 1000
has "a size in bytes" "$out" "memory            4K"
hasnt "where somebody chose the size, misses are not known" "$out" misses
case $(uname -m) in
x86_64 | aarch64 | riscv64)
	has "instructions are known" "$out" "instructions      10000"
	;;
esac

# bad NAME PART ARGUMENTS: status 2, and PART is said
bad() {
	name=$1
	part=$2
	shift 2
	run loop "$@"
	is "$name: 2" $status 2
	has "$name: said" "$err" "$part"
}
bad "a loop that is not there" "did you mean 'chase-l2'" chasel2
bad "a second name" "'sleep'" syscalls sleep
bad "no time" "--seconds" sleep --seconds 0
bad "no iterations" "--iterations: '0'" sleep --iterations 0
bad "iterations that are no number" "'1e3'" sleep --iterations 1e3
bad "a size that is none" "'64X'" chase-l1 --size 64X
bad "no size" "'K'" chase-l1 --size K
bad "a size beyond everything" "out of range" chase-l1 --size 99999999999G
bad "memory for what uses none" "uses no memory" sleep --size 1M
run loop chase-l1 --size 64
is "too little memory: 1" $status 1
has "too little memory: said" "$err" "at least 128 bytes"

# faults_of N: page faults of tacho touching N pages
faults_of() {
	"$tacho" stat -x, -o "$tmp/csv" -e page-faults:u \
		"$tacho" loop page-touch --iterations "$1" >/dev/null &&
		csv_count "$tmp/csv" page-faults:u
}
if [ "$paranoid" = 9 ] || ! "$tacho" stat -o /dev/null -e page-faults:u \
	true 2>/dev/null; then
	skip "page faults are those of the loop" "nothing can be counted here"
else
	more=$(($(faults_of 4000) - $(faults_of 1000)))
	check "page faults are those of the loop" \
		test $more -ge 2990 -a $more -le 3010
fi
tap_done
