#!/bin/sh
# Loops of known behaviour land in their class: without hardware counters those
# that clocks can tell, and under cachegrind those that caches and branches can.
. "${srcdir:-.}/tests/cli/lib.sh"
. "$srcdir/tests/cli/judge.sh"

# ---- what clocks and the kernel's own counters tell

# Only events of the kernel, so that machines with a PMU say the same.
clocks() {
	with="-e task-clock,page-faults:u"

	settle "$tacho" loop sleep --seconds 0.2
	is_verdict "sleep: blocked" blocked "sleep, locks, network"
	has "sleep: sure" "$json" '"confidence_word": "high"'

	settle "$tacho" loop syscalls --seconds 1
	is_verdict "syscalls: system-bound" system-bound "system calls, likely"

	settle "$tacho" loop page-touch --seconds 0.3
	case $kind in
	# how long a fault takes depends on the machine
	"page faults"*)
		is_verdict "page-touch: system-bound" system-bound "$kind"
		;;
	*) is_verdict "page-touch: system-bound" system-bound "page faults" ;;
	esac

	for loop in add-chain add-wide branch-random chase-l1; do
		settle "$tacho" loop $loop --seconds 0.1
		is_verdict "$loop: busy, and no more is known" unknown CPU-bound
		[ "$class" = unknown ] || continue
		has "$loop: why" "$json" \
			'cycles and instructions were not both counted'
		has "$loop: not sure of anything" "$json" '"confidence": 0,'
	done
	settle "$tacho" loop chase-dram --iterations 100000 --size 32M
	is_verdict "chase-dram: busy, and no more is known" unknown CPU-bound
}
if [ "$paranoid" != 9 ] &&
	"$tacho" stat -o /dev/null -e page-faults:u true 2>/dev/null; then
	clocks
else
	skip "the verdict without hardware counters" \
		"not even the kernel's own events can be counted here"
fi

# ---- what simulated caches and branches tell

if ! valgrind --version >/dev/null 2>&1; then
	skip "the verdict of a simulation" "no valgrind here"
	tap_done
elif ! valgrind --tool=cachegrind --cachegrind-out-file=/dev/null \
	"$tacho" --version >/dev/null 2>&1; then
	skip "the verdict of a simulation" "this tacho cannot run under valgrind"
	tap_done
fi
export TMPDIR="$tmp"

# caches SIZE: the last level; L1 has 32K
caches() {
	with="--source=cachegrind --cache-sizes
		I1=32K,8,64:D1=32K,8,64:LL=$1,16,64"
}

# simulated NAME CLASS KIND ARGUMENTS OF LOOP...
simulated() {
	name=$1
	want="$2 ($3)"
	shift 3
	judge "$tacho" loop "$@"
	is "simulated $name: $want" "$class ($kind)" "$want"
	has "simulated $name: marked as an estimate" "$json" '"estimate": true'
	has "simulated $name: says what it rests on" "$json" \
		"simulated counts, not this CPU's"
	is "simulated $name: is not sure" \
		"$(echo "$json" | grep -c '"confidence_word": "\(low\|none\)"')" 1
}

caches 1M
# as many iterations as make the start of tacho itself a small part
simulated add-chain compute-bound '' add-chain --iterations 300000
has "simulated add-chain: a chain is not seen" "$json" \
	"chains of dependent ones are not simulated"
simulated add-wide compute-bound '' add-wide --iterations 300000
simulated chase-l1 compute-bound '' chase-l1 --iterations 500000 --size 16K
simulated branch-random speculation-bound "branch mispredictions" \
	branch-random --iterations 500000
simulated code-jumps frontend-bound "instruction cache" \
	code-jumps --iterations 100
# 256K are in the level behind L1, 4M in none
simulated chase-l2 memory-bound caches chase-l2 --iterations 300000 --size 256K
simulated chase-l3 memory-bound caches chase-l3 --iterations 300000 --size 512K
simulated chase-dram memory-bound DRAM chase-dram --iterations 100000 --size 4M
simulated stream-copy memory-bound DRAM \
	stream-copy --iterations 200000 --size 8M
# the same loop in a machine with a smaller cache
caches 64K
simulated "chase-l2, small caches" memory-bound DRAM \
	chase-l2 --iterations 300000 --size 256K
caches 1M
# what a simulation does not see: the start is no answer
for loop in sleep syscalls page-touch; do
	simulated $loop unknown "too short" $loop --iterations 100
	has "simulated $loop: where to ask" "$json" "\"tacho stat -- "
done

# ---- every time the same

# Loops say how long they took, and other digits are other instructions: whole
# percents are the same.
loop_verdict() {
	judge "$tacho" loop "$@"
	printf '%s\n' "$json" | sed 's/"share".*"confidence"/"confidence"/
		s/"because".*"next"/"next"/'
}
for loop in "branch-random --iterations 500000" \
	"chase-l2 --iterations 300000 --size 256K"; do
	# shellcheck disable=SC2086 # words
	is "simulated ${loop%% *}: the same again" "$(loop_verdict $loop)" \
		"$(loop_verdict $loop)"
done
judge "$top/tests/cli/rounds" 3000000
first=$json
judge "$top/tests/cli/rounds" 3000000
is "simulated: the same to the last digit where the program does the same" \
	"$json" "$first"
has "simulated rounds: compute-bound" "$json" '{"class": "compute-bound"'
# shellcheck disable=SC2086 # options
run stat $with "$tacho" loop chase-dram --iterations 100000 --size 4M
has "for people it is marked, too" "$err" " memory-bound (DRAM, estimated): "

tap_done
