# The counters count what is known; $1 is what is to be found of cycles, which
# are what qemu makes of them: two for each instruction are plausible, as a
# slow core needs as many, eight are not.
# shellcheck shell=sh
. ./guest.sh

# verdict EVENT: doctor's, who also tells what can be opened
verdict() {
	printf '%s\n' "$doctor" |
		awk -v name="$1" '$1 == name && !/encodable/ { print $2 }'
}

measure -e instructions:u ./tacho loop add-chain --iterations 100000
few=$(get instructions:u value)
measure -e instructions:u ./tacho loop add-chain --iterations 600000
many=$(get instructions:u value)
within "a loop has the instructions that it is known for" $((many - few)) \
	16999000 17001000

doctor=$(./tacho doctor --calibrate 2>&1)
status=$?
is "instructions are counted right" "$(verdict instructions:u)" right
is "cycles are found $1" "$(verdict cycles:u)" "$1"
is "page faults are counted right" "$(verdict page-faults)" right
is "context switches are counted right" "$(verdict context-switches)" right
is "system calls are counted right" "$(verdict raw_syscalls:sys_enter)" right
is "CPU time is counted right" "$(verdict task-clock)" right
has "what is not there is said" "$doctor" \
	"cannot be counted: the PMU here has no such event"
has "the ceilings are kept" "$doctor" "kept in '/root/.cache/tacho"
if [ "$1" = right ]; then
	is "doctor is content" $status 0
else
	is "doctor is not content" $status 1
	has "how wrong they are is said" "$doctor" \
		"add-chain: 272 per iteration, known: 31.04 to 73.6"
fi

tap_done
