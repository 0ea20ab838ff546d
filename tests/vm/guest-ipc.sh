# On a CPU that takes two cycles for an instruction.
# shellcheck shell=sh
. ./guest.sh

measure -e instructions:u,cycles:u ./loop
is "instructions are what they are" "$(get instructions:u value)" $LOOP
is "cycles are twice as many" "$(get cycles:u value)" $((2 * LOOP))
is "instructions per cycle are a half" "$(metric ipc value)" 0.5
text ./loop
has "and shown with two decimals" "$text" "0.50 insn per cycle"
same "perf says the same" shape -x, -e instructions:u,cycles:u ./loop

tap_done
