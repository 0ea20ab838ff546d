#!/bin/sh
# -x and -j have the fields, events and units of "perf stat" itself.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting
command -v perf >/dev/null || skip_all "no perf to compare with"
perf stat -x, -o "$tmp/p" -e page-faults:u true >/dev/null 2>&1 ||
	skip_all "perf does not work here"
case $(perf --version) in
*" 6.1."*) ;;
*) skip_all "$(perf --version) is not the 6.1 whose format this is" ;;
esac
if [ "$(id -u)" != 0 ] && [ "$paranoid" -gt 1 ]; then
	skip_all "perf shows 0 for context switches that we may not see"
fi
have_python || skip_all "no python3 to read both outputs with"

# What must agree: everything but numbers that were measured.
cat >"$tmp/shape.py" <<'END'
import json, re, sys

def number(text):
    return "N" if re.fullmatch(r"\s*-?[0-9.]+%?", text) else text

def of_csv(line):
    return [number(f) for f in line.rstrip("\n").split(",")]

def of_json(line):
    # 6.1 prints nan and leaves holes where there is no number
    line = re.sub(r": *-?nan", ": 0", line)
    pairs = json.loads(line, object_pairs_hook=list)
    return [(k, number(v) if isinstance(v, str) else "N") for k, v in pairs]

def scale(shape):
    # K/sec or /sec depends on what was measured; so does the thread's number
    text = re.sub(r"[KMG]?/sec", "/sec", repr(shape))
    return re.sub(r"-[0-9]+'", "-N'", text)

kind, ours, theirs = sys.argv[1:4]
read = of_json if kind == "json" else of_csv

def shapes(path):
    lines = [l for l in open(path) if l.strip() and not l.startswith("#")]
    return [scale(read(l)) for l in lines]

a, b = shapes(ours), shapes(theirs)
if len(sys.argv) > 4:       # another number of lines, as of intervals
    # in some of them the task may not have run: both say "not counted" then
    a, b = (sorted(set(s for s in x if "<not counted>" not in s))
            for x in (a, b))
if a != b:
    print("ours:  ", *a, sep="\n  ")
    print("theirs:", *b, sep="\n  ")
    sys.exit(1)
END

software=task-clock,context-switches,cpu-migrations,page-faults

# alike NAME [--any] OPTIONS... COMMAND: both formats
alike() {
	alike_name=$1
	alike_any=
	shift
	if [ "$1" = --any ]; then
		alike_any=any
		shift
	fi
	for alike_format in csv json; do
		[ $alike_format = csv ] && alike_option=-x, || alike_option=-j
		"$tacho" stat $alike_option -o "$tmp/ours" "$@" \
			>/dev/null 2>"$tmp/err"
		alike_ours=$?
		perf stat $alike_option -o "$tmp/theirs" "$@" \
			>/dev/null 2>"$tmp/perf.err"
		is "$alike_name, $alike_format: status" $alike_ours $?
		check "$alike_name, $alike_format: the same shape" \
			python3 "$tmp/shape.py" $alike_format "$tmp/ours" \
			"$tmp/theirs" $alike_any
	done
}

alike "software events" -e $software true
alike "names as they were typed" \
	-e cs,faults,migrations,minor-faults,major-faults,cpu-clock:u true
alike "user mode only" -e page-faults:u,task-clock:u,cs:u true
alike "a group" -e '{page-faults,context-switches}' true
alike "-r 3" -r 3 -e $software true
alike "-I" --any -I 20 -e $software sleep 0.05
alike "nothing but a clock" -e task-clock true
alike "no clock" -e page-faults true
if [ -d /sys/bus/event_source/devices/cpu ]; then
	alike "the defaults" true
else
	alike "hardware that is not there" -e cycles,page-faults true
	alike "the defaults where there is no PMU" true
fi
sleep 100 &
sleeper=$!
started $sleeper
alike "-p" -p $sleeper -e page-faults,task-clock sleep 0.01
alike "-p --per-thread" -p $sleeper --per-thread -e page-faults,task-clock \
	sleep 0.01
alike "-t" -t $sleeper -e page-faults sleep 0.01
if may_count_cpus; then
	alike "-a" -a -e $software sleep 0.01
	alike "-C 0" -C 0 -e $software sleep 0.01
	alike "-a -A" -a -A -e page-faults,task-clock sleep 0.01
	alike "-a --per-core" -a --per-core -e page-faults,cs sleep 0.01
	alike "-a --per-socket" -a --per-socket -e page-faults,task-clock \
		sleep 0.01
	alike "-a --per-die" -a --per-die -e page-faults sleep 0.01
	alike "-a --per-node" -a --per-node -e page-faults sleep 0.01
	alike "-a -A -I" --any -a -A -I 20 -e page-faults sleep 0.05
	alike "-a --per-socket -I" --any -a --per-socket -I 20 -e page-faults \
		sleep 0.05
	alike "-a -A -r 2" -a -A -r 2 -e page-faults sleep 0.01
else
	skip "counting CPUs" "$no_cpus"
fi

# other separators
for sep in ';' '|' ' ' '\t' ',,' 'sep'; do
	"$tacho" stat -x "$sep" -o "$tmp/ours" -e page-faults:u,cs:u true
	perf stat -x "$sep" -o "$tmp/theirs" -e page-faults:u,cs:u true
	is "-x '$sep': the same separator" \
		"$(grep page-faults "$tmp/ours" | sed 's/[0-9.]*//g')" \
		"$(grep page-faults "$tmp/theirs" | sed 's/[0-9.]*//g')"
done
# to a file both begin with a line that says when
is "-o -x: the first line of the file" \
	"$(head -n 1 "$tmp/ours" | cut -c 1-12)" \
	"$(head -n 1 "$tmp/theirs" | cut -c 1-12)"
tap_done
