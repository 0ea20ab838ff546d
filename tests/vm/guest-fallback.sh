# On a CPU whose own events libpfm4 does not know: the other links answer.
# shellcheck shell=sh
. ./guest.sh

for event in instructions:u r8:u armv8_pmuv3/inst_retired/u \
	armv8_pmuv3/event=0x8/u perf::INSTRUCTIONS:u; do
	measure -e $event ./loop
	is "$event counts" "$(get $event value)" $LOOP
done
measure -e cycles:u,instructions:u ./loop
is "instructions per cycle are 1" "$(metric ipc value)" 1
text -e arm_n1::INST_RETIRED ./loop
is "an event of another CPU is a wrong name" $status 2
check "doctor is content" ./tacho doctor

tap_done
