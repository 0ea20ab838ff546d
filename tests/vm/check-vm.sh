#!/bin/sh
# Run tacho on a real PMU driver, in an emulated arm64 machine; prints TAP.
#
#	tests/vm/check-vm.sh DIR [NAME...]
#
# DIR keeps the arm64 build.  With names, only these machines are started.
# Where no such machine can be had the status is 77, unless
# TACHO_REQUIRE_PMU=1, which makes that a failure.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
TAP_SKIP_STATUS=77
. "$top/tests/tap.sh"

if [ $# -lt 1 ]; then
	echo "usage: $0 DIR [NAME...]" >&2
	exit 2
fi
dir=$1
shift
mkdir -p "$dir" || exit 1

unavailable() {
	if [ "${TACHO_REQUIRE_PMU-}" = 1 ]; then
		echo "1..1"
		echo "not ok 1 - a machine with a PMU can be had"
		note "$1"
		exit 1
	fi
	skip_all "$1"
}

# name | options of pmu-vm | guest script
machines='exact     |                            |guest-exact.sh
ipc       |--icount shift=1,sleep=off   |guest-ipc.sh
smp       |--smp 2,sockets=2            |guest-smp.sh
recording |                            |guest-recording.sh
compare   |                            |guest-compare.sh
tasks     |                            |guest-tasks.sh
top       |                            |guest-top.sh
user2     |--uid 1000 --paranoid 2      |guest-user.sh 2
user3     |--uid 1000 --paranoid 3      |guest-user.sh 3
verdict1  |                            |guest-verdict.sh 1
verdict2  |--icount shift=1,sleep=off   |guest-verdict.sh 2
calibrate |--icount shift=1,sleep=off   |guest-calibrate.sh right
slow      |--icount shift=3,sleep=off   |guest-calibrate.sh wrong
cortex-a72|--cpu cortex-a72             |guest-fallback.sh
max       |--cpu max                    |guest-fallback.sh'

# boot NAME OPTIONS COMMAND
boot() {
	rm -rf "$dir/json/$1"
	mkdir -p "$dir/json/$1"
	# shellcheck disable=SC2086 # words
	"$here/pmu-vm" $2 --out "$dir/json/$1" --timeout 120 "$dir/out" -- \
		sh $3 >"$dir/log/$1.out" 2>"$dir/log/$1.err"
	echo $? >"$dir/log/$1.rc"
}

# The cases of one machine under our numbers
relay() {
	while IFS= read -r line; do
		case $line in
		"ok "[0-9]*" # SKIP "*)
			text=${line#ok * - }
			skip "$1: ${text%% # SKIP *}" "${text#* # SKIP }"
			;;
		"ok "[0-9]*) pass "$1: ${line#ok * - }" ;;
		"not ok "[0-9]*) fail "$1: ${line#not ok * - }" ;;
		"1.."*) ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$dir/log/$1.out"
}

show() {
	planned=$(sed -n 's/^1\.\.//p' "$dir/log/$1.out")
	relay "$1"
	is "$1: ran to its end" \
		"$(grep -c '^\(not \)\{0,1\}ok ' "$dir/log/$1.out")" \
		"${planned:-none}"
	# a program that crashed is told of there
	is "$1: nothing on standard error" "$(tail -20 "$dir/log/$1.err")" ""
}

# What that machine has counted, shown by this one
check_recordings() {
	for file in "$dir"/json/*/*.rec; do
		[ -e "$file" ] || continue
		if [ ! -x "$top/tacho" ]; then
			skip "${file##*/} is shown the same here" \
				"there is no $top/tacho; make builds it"
			continue
		fi
		is "${file##*/} is shown the same here" \
			"$("$top/tacho" report --format=json "$file" 2>&1 |
				diff - "$file-json")" ""
	done
}

# Are the documents JSON, and what the schema says?
check_json() {
	schema=$top/doc/tacho-stat.schema.json
	if ! command -v python3 >/dev/null; then
		skip "JSON from the machine is right" "no python3 here"
		return
	fi
	for file in "$dir"/json/*/*.json; do
		[ -e "$file" ] || continue
		check "${file##*/} is JSON" python3 -c \
			'import json, sys; json.load(open(sys.argv[1]))' "$file"
		if [ ! -e "$schema" ]; then
			continue
		elif python3 -c 'import jsonschema' 2>/dev/null; then
			check "${file##*/} is what the schema says" python3 -c '
import json, jsonschema, sys
jsonschema.validate(*[json.load(open(f)) for f in sys.argv[1:]])' \
				"$file" "$schema"
		else
			skip "${file##*/} is what the schema says" \
				"no jsonschema for python3"
		fi
	done
}

mkdir -p "$dir/log"
if ! "$here/pmu-vm" --setup >"$dir/log/setup" 2>&1; then
	unavailable "no emulated machine: $(tail -1 "$dir/log/setup")"
fi
if ! command -v qemu-system-aarch64 >/dev/null; then
	unavailable "no qemu-system-aarch64; apt-get install qemu-system-arm"
fi
if ! "$here/build.sh" "$dir" >"$dir/log/build" 2>&1; then
	cat "$dir/log/build"
	echo "Bail out! the arm64 build failed"
	exit 1
fi
cp "$here"/guest*.sh "$top/tests/tap.sh" "$dir/out/" || exit 1

names=${*:-$(printf '%s\n' "$machines" | sed 's/ *|.*//')}
jobs=$(nproc)
running=0
for name in $names; do
	line=$(printf '%s\n' "$machines" | grep "^$name *|")
	options=${line#*|}
	if [ -z "$line" ]; then
		echo "$0: no machine '$name'" >&2
		exit 2
	fi
	boot "$name" "${options%%|*}" "${options#*|}" &
	running=$((running + 1))
	if [ $running -ge "$jobs" ]; then
		wait
		running=0
	fi
done
wait
for name in $names; do
	show "$name"
done
check_recordings
check_json
tap_done
