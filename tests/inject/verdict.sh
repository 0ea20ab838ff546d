#!/bin/sh
# The verdict from counters that are forged on their way out of the kernel:
# what it says of numbers that are right, and of a counter that is dead.
. "${srcdir:-.}/tests/cli/lib.sh"
. "$srcdir/tests/cli/judge.sh"
command -v strace >/dev/null || skip_all "no strace to forge counters with"
strace -qq -o /dev/null -e trace=getpid -e inject=getpid:error=EPERM true \
	2>"$tmp/err" || skip_all "strace cannot trace here: $(cat "$tmp/err")"
case $(printf '\1\0' | od -An -td2 | tr -d ' ') in
1) ;;
*) skip_all "what is forged here are numbers of little-endian machines" ;;
esac
need_counting
ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-}
export ASAN_OPTIONS

# Others may hold the CPUs meanwhile, which is not what is asked here.
mkdir "$tmp/rules"
cat >"$tmp/rules/own.rules" <<'END'
[verdict contended]
class = blocked
stage = waiting
when  = wall < 0
say   = never said
END

# bytes NUMBER...: 64 bits each as strace wants them
bytes() {
	for bytes_n; do
		bytes_i=0
		while [ $bytes_i -lt 8 ]; do
			printf '%02x' $((bytes_n % 256))
			bytes_n=$((bytes_n / 256))
			bytes_i=$((bytes_i + 1))
		done
	done
}

# No PMU is needed: hardware events become software on the way in.  What the
# last read of the group of three then answers is ours.  Which read that is may
# differ by some from run to run, so each looks where it was in the one before.
software='-e inject=perf_event_open:poke_enter=@arg1=01000000'
last_read() {
	grep '^read' "$tmp/trace" | grep -n ' = 48\( (INJECTED.*\)\{0,1\}$' |
		tail -n 1
}
last=

# forge CYCLES INSTRUCTIONS MISSES ARGUMENTS...: all of them counted for the
# 0.1 s that they were enabled; $done_so tells whether it worked
forge() {
	group=$(bytes 3 100000000 100000000 "$1" "$2" "$3")
	shift 3
	forge_n=0
	done_so=no
	while [ $done_so = no ] && [ $forge_n -lt 20 ]; do
		forge_n=$((forge_n + 1))
		# shellcheck disable=SC2086 # options
		strace -qq -o "$tmp/trace" -e trace=perf_event_open,read \
			$software ${last:+-e
			inject=read:poke_exit=@arg2=$group:when=$last} \
			"$tacho" stat --events "$tmp/rules" \
			-e cycles,instructions,cache-misses "$@" -- "$tacho" loop add-chain --seconds 0.15 \
			>"$tmp/out" 2>"$tmp/err"
		case $(last_read) in
		*INJECTED*) done_so=yes ;;
		esac
		last=$(last_read | cut -d: -f 1)
	done
}

# forged CYCLES INSTRUCTIONS MISSES: the verdict of that
forged() {
	forge "$@" --format json -o "$tmp/json"
	read_verdict
}

# field NAME of the verdict
field() {
	printf '%s' "$json" | sed 's/.*"'"$1"'": "\{0,1\}\([^",]*\).*/\1/'
}

# verdict_is NAME CLASS KIND CONFIDENCE
verdict_is() {
	if [ $done_so = no ]; then
		skip "$1" "the read to be forged was never the same one"
		return
	fi
	is "$1" "$class ($kind)" "$2 ($3)"
	is "$1: this sure" "$(awk -v c="$(field confidence)" \
		'BEGIN { printf "%.3g", c }')" "$4"
}

forge 1 1 1 -o "$tmp/text"
if [ $done_so = no ] && ! grep -q ' = 48' "$tmp/trace"; then
	skip_all "three counters are not read as one group here"
fi

# what a sure cache counter adds to the rule of thumb: 300 cycles for each of
# 50 misses per 1000 instructions explain more than the 2000 cycles that those
# took
forged 1000000000 500000000 25000000
verdict_is "few instructions, many misses" memory-bound "rule of thumb" 0.6
hasnt "nothing that was wanted lacks" "$(field trust)" "not known"
# 0.002 of them explain 0.03 %
forged 1000000000 500000000 1000
verdict_is "few instructions, few misses" unknown "slow, and not for DRAM" 0
forged 1000000000 3000000000 100000
verdict_is "many instructions" compute-bound "rule of thumb" 0.5
forged 1000000000 1500000000 100000
verdict_is "neither" unknown typical 0

# the counter of misses is dead: no proof, and less sure than without doubts
forged 1000000000 500000000 0
verdict_is "few instructions, dead counter of misses" memory-bound \
	"rule of thumb" 0.36
has "that it lacks is said" "$json" "'memory_mpki' not known"
hasnt "a dead counter proves nothing" "$json" "cache misses per 1000"
is "the dead counter has its state in JSON" \
	"$(json_field "$tmp/json" cache-misses state)" dead
has "and is marked in JSON" "$(cat "$tmp/json")" \
	'"doubts": ["dead: cache-misses opened but never moved'
valid_json "JSON with a dead counter" "$tmp/json"
forge 1000000000 500000000 0
has "in text it is dead" "$(cat "$tmp/err")" "<dead> cache-misses"
has "and marked in text" "$(cat "$tmp/err")" \
	"cache-misses opened but never moved"
forge 1000000000 500000000 0 --format csv
has "it is marked in CSV" "$(grep ',cache-misses,' "$tmp/err")" \
	'"dead: cache-misses opened but never moved'
forge 1000000000 500000000 0 --format markdown
has "it is marked in markdown" "$(cat "$tmp/err")" \
	'| `cache-misses`[^dead] | *dead* |'
has "with a footnote" "$(cat "$tmp/err")" \
	"[^dead]: cache-misses opened but never moved"

# without instructions there is no rule of thumb, and nothing is guessed
for counts in "1000000000 0 1000000" "0 1000000000 1000000"; do
	# shellcheck disable=SC2086 # numbers
	forged $counts
	is "cycles and instructions $counts: nothing is told" \
		"$class $(field confidence)" "unknown 0"
done
forge 1000000000 0 1000000
has "dead instructions are marked" "$(cat "$tmp/err")" "<dead> instructions"

# what cannot be: 30 instructions per cycle
forged 100000000 3000000000 1000000
verdict_is "more instructions per cycle than there can be" compute-bound \
	"rule of thumb" 0.15
has "the doubt is said with it" "$json" "'ipc' is in doubt: "
tap_done
