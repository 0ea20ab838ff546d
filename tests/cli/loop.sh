#!/bin/sh
# "tacho loop", alone and measured.
. "${srcdir:-.}/tests/cli/lib.sh"

run loop
is "without a name: 0" $status 0
list=$out
for name in add-chain add-wide branch-random code-jumps chase-l1 chase-l2 chase-l3 \
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

# cachegrind counts by other means; what two runs differ by is the loop

# simulated NUMBER LOOP FEW MANY [SIZE]: of cachegrind's summary
simulated() {
	for n in "$3" "$4"; do
		valgrind --tool=cachegrind --cache-sim=yes --branch-sim=yes \
			--I1=32768,8,64 --D1=32768,8,64 --LL=8388608,16,64 \
			--cachegrind-out-file=/dev/null "$tacho" loop "$2" \
			--iterations "$n" ${5:+--size "$5"} 2>&1 |
			sed -n "s/^==[0-9]*== $1: *\([0-9,]*\).*/\1/p" | tr -d ,
	done | awk 'NR == 1 { few = $1 } NR == 2 { print $1 - few }'
}

# about NAME GOT WANTED: within 1 %
about() {
	check "$1" test "${2:-0}" -ge $(($3 - $3 / 100)) -a \
		"${2:-0}" -le $(($3 + $3 / 100))
}
if ! valgrind --version >/dev/null 2>&1; then
	skip "cachegrind agrees" "no valgrind here"
elif ! valgrind --tool=cachegrind --cachegrind-out-file=/dev/null \
	"$tacho" --version >/dev/null 2>&1; then
	skip "cachegrind agrees" "this tacho cannot run under valgrind"
elif [ "$(uname -m)" != x86_64 ] && [ "$(uname -m)" != aarch64 ]; then
	skip "cachegrind agrees" "what it counts here was never looked at"
else
	about "cachegrind counts the instructions of add-chain" \
		"$(simulated 'I *refs' add-chain 1 100001)" 3400000
	about "cachegrind mispredicts half of the random branches" \
		"$(simulated Mispredicts branch-random 1 100001)" 50000
	about "cachegrind misses each line of code-jumps" \
		"$(simulated 'I1 *misses' code-jumps 1 21)" 163840
	about "cachegrind misses each load of a chase beyond L1" \
		"$(simulated 'D1 *misses' chase-l2 1 20001 1M)" 160000
fi
tap_done
