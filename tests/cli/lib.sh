# What the tests of the program share; source it first.
#
# Tests run from the top of the build tree, with $srcdir from make.

# Who is started with signals ignored (SIGINT, by a shell that puts it into the
# background) passes that on, and a shell cannot change it: begin again.
ignores_signals() {
	# of the first 16; two that glibc keeps to itself can be ignored for ever
	! grep -q '^SigIgn:.*0000$' "/proc/$$/status"
}
if ignores_signals && [ -z "$TACHO_TEST_AGAIN" ] &&
	env --default-signal true 2>/dev/null; then
	TACHO_TEST_AGAIN=1
	export TACHO_TEST_AGAIN
	exec env --default-signal sh "$0" "$@"
fi

srcdir=$(cd "${srcdir:-.}" && pwd)
top=$PWD
tacho=$top/tacho
victim=$top/tests/cli/victim

. "$srcdir/tests/tap.sh"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/tacho-test.XXXXXX") || exit 99

# Processes that a test started, to be ended with it: started PID
started_pids=
started() {
	started_pids="$started_pids $1"
}

tidy_up() {
	for tidy_pid in $started_pids; do
		kill -KILL "$tidy_pid" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap tidy_up EXIT
trap 'exit 99' INT TERM HUP

unset NO_COLOR
LC_ALL=C
export LC_ALL

# until_true COMMAND...: wait until it succeeds, at most 10 s
until_true() {
	until_n=0
	until "$@" 2>/dev/null; do
		until_n=$((until_n + 1))
		[ $until_n -lt 500 ] || return 1
		sleep 0.02
	done
}

# gone PID: no process, or only its remains
gone() {
	[ ! -d "/proc/$1" ] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status"
}

has_line() {
	grep -q "$2" "$1"
}

has_lines() {
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# asleep PID: it waits for something
asleep() {
	grep -q '^State:[[:space:]]*S' "/proc/$1/status"
}

# run ARGUMENTS...: tacho with them; $status, $tmp/out and $tmp/err
run() {
	"$tacho" "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

# usage_error NAME PART ARGUMENTS...: status 2, PART in the message, not run
usage_error() {
	usage_name=$1
	usage_part=$2
	shift 2
	rm -f "$tmp/ran"
	run stat "$@" touch "$tmp/ran"
	if [ $status -eq 2 ] && [ ! -e "$tmp/ran" ]; then
		has "$usage_name" "$err" "$usage_part"
	else
		fail "$usage_name" "status $status
$err"
	fi
}

# csv_count FILE EVENT: the count of perf's CSV
csv_count() {
	sed -n "s/^\([0-9]*\),[^,]*,$2,.*/\1/p" "$1"
}

# json_field FILE EVENT FIELD: of the event's line in our JSON
json_field() {
	sed -n "/^ *{\"name\": \"$2\"/s/.*\"$3\": \"\{0,1\}\([^,\"}]*\).*/\1/p" \
		"$1"
}

# ---- what is there ----

paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo 9)

# Can anything be counted at all?  Asked without tacho: that is what is tested.
need_counting() {
	if [ "$paranoid" = 9 ]; then
		skip_all "this kernel has no perf events"
	fi
	if [ "$(id -u)" != 0 ] && [ "$paranoid" -gt 2 ]; then
		skip_all "kernel.perf_event_paranoid=$paranoid lets only root count"
	fi
	if ! "$tacho" stat -o /dev/null -e page-faults:u true 2>/dev/null &&
		grep -q '^Seccomp:[[:space:]]*2' /proc/self/status; then
		skip_all "a seccomp filter forbids perf_event_open here"
	fi
}

# May we count on CPUs?
may_count_cpus() {
	[ "$(id -u)" = 0 ] || [ "$paranoid" -lt 1 ]
}
no_cpus="kernel.perf_event_paranoid=$paranoid lets only root count CPUs"

have_python() {
	command -v python3 >/dev/null
}

# valid_json NAME FILE
valid_json() {
	if ! have_python; then
		skip "$1" "no python3 to parse JSON with"
	elif python3 -c 'import json, sys; json.load(open(sys.argv[1]))' \
		"$2" 2>"$tmp/why"; then
		pass "$1"
	else
		fail "$1" "$(cat "$tmp/why" "$2")"
	fi
}
