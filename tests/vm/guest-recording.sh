# What stat printed of real counters, report prints from its recording.
# shellcheck shell=sh
. ./guest.sh

# again FORMAT NAME ARGUMENTS...
again() {
	format=$1
	name=$2
	shift 2
	./tacho stat --save /tmp/x.rec --format="$format" -o /tmp/stat.out \
		"$@" 2>/tmp/errors
	./tacho report --format="$format" /tmp/x.rec >/tmp/report.out \
		2>>/tmp/errors
	is "$name, shown again as $format" \
		"$(cat /tmp/report.out /tmp/errors)" "$(cat /tmp/stat.out)"
}
again text "the default" ./loop
again json "repeats with a dead counter" -r 3 -e instructions:u,r3 ./loop
again text "estimates with bounds" -e "$(repeat 12 r8),branches,cycles" ./loop
again csv "groups that are refused" -e "{$(repeat 7 r8)},instructions:u" ./loop
again json "metrics by name" -M ipc,branch ./loop
again text "passes" --passes -e "$(repeat 12 r8)" ./loop
again csv "CPUs" -a -A -e instructions,cycles ./loop

./tacho stat --save /tmp/x.rec -e instructions:u,cycles:u -o /dev/null ./loop
is "another metric of the same counts" \
	"$(./tacho report --format=csv -M ipc /tmp/x.rec |
		grep -c '^metric.*,ipc,1,')" 1

# for the machine outside to show
./tacho stat --save /out/plain.rec --format=json -o /out/plain.rec-json ./loop
./tacho stat --save /out/scaled.rec --format=json -o /out/scaled.rec-json \
	-e "$(repeat 12 r8),cycles,instructions" ./loop

tap_done
