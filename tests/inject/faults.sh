#!/bin/sh
# The program itself while system calls fail: it says so, leaves nothing
# running, and never shows a number that was not counted.
. "${srcdir:-.}/tests/cli/lib.sh"
command -v strace >/dev/null || skip_all "no strace to inject faults with"
strace -qq -o /dev/null -e trace=getpid -e inject=getpid:error=EPERM true \
	2>"$tmp/err" || skip_all "strace cannot trace here: $(cat "$tmp/err")"
need_counting

# the leak checker needs ptrace for itself
ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-}
export ASAN_OPTIONS

counters='-P anon_inode:[perf_event]'

# inject "STRACE OPTIONS" ARGUMENTS...: tacho with them; $status, $out, $err
inject() {
	rm -f "$tmp/ran" "$tmp/report"
	inject_options=$1
	shift
	set -f
	# shellcheck disable=SC2086
	strace -qq -o "$tmp/trace" $inject_options "$tacho" "$@" \
		>"$tmp/out" 2>"$tmp/err"
	status=$?
	set +f
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
	grep -q 'INJECTED\|killed by' "$tmp/trace" ||
		fail "something was injected by $inject_options" \
			"$(tail -n 20 "$tmp/trace")"
}

# Processes that have the name of our directory in their command line; the
# pattern does not match itself.
nothing_left() {
	! grep -lsa "${tmp%?}[${tmp#"${tmp%?}"}]" /proc/[0-9]*/cmdline
}

# refused NAME ERROR PART: nothing counts, status 1, command not started
refused() {
	inject "-e trace=perf_event_open -e inject=perf_event_open:error=$2" \
		stat -e page-faults:u,cs:u touch "$tmp/ran"
	is "$1: 1" $status 1
	has "$1: said" "$err" "$3"
	has "$1: points at doctor" "$err" "tacho doctor"
	check "$1: the command was not started" test ! -e "$tmp/ran"
	check "$1: nothing is left" until_true nothing_left
}

refused "opening refused, EACCES" EACCES "page-faults:u"
refused "opening refused, EPERM" EPERM "page-faults:u"
refused "no such event, ENOENT" ENOENT "page-faults:u"
refused "no such call, ENOSYS" ENOSYS "page-faults:u"
refused "not understood, EINVAL" EINVAL "page-faults:u"
refused "PMU busy, EBUSY" EBUSY "page-faults:u"
refused "no memory, ENOMEM" ENOMEM "page-faults:u"
refused "no descriptors, EMFILE" EMFILE "page-faults:u"
refused "not supported, EOPNOTSUPP" EOPNOTSUPP "page-faults:u"

# the Nth counter alone is refused, or each from the Nth on: what opened counts
for n in 2 3 4; do
	inject "-e trace=perf_event_open -e inject=perf_event_open:error=EMFILE:when=$n+" \
		stat --format json -o "$tmp/report" \
		-e page-faults:u,cs:u,faults:u,minor-faults:u \
		"$victim" touch 1000
	is "EMFILE from counter $n on: goes on" $status 0
	valid_json "EMFILE from counter $n on: JSON" "$tmp/report"
	within "EMFILE from counter $n on: the first one counts" \
		"$(json_field "$tmp/report" page-faults:u raw)" 1000 2000
	is "EMFILE from counter $n on: the last one has no number" \
		"$(sed -n '/"name": "minor-faults:u"/s/.*"value": \([a-z0-9]*\),.*/\1/p' "$tmp/report")" \
		null
	check "EMFILE from counter $n on: nothing is left" \
		until_true nothing_left
done

# from ENOENT for one in a group follows nothing for the others
inject "-e trace=perf_event_open -e inject=perf_event_open:error=ENOENT:when=2" \
	stat -x, -e page-faults:u,cs:u,minor-faults:u "$victim" touch 1000
is "one of three does not exist: goes on" $status 0
within "one of three does not exist: the first" \
	"$(csv_count "$tmp/err" page-faults:u)" 1000 2000
within "one of three does not exist: the third" \
	"$(csv_count "$tmp/err" minor-faults:u)" 1000 2000
has "one of three does not exist: the second has no number" "$err" \
	"<not supported>,,cs:u"

# what an old kernel refuses is asked in another way
inject "-e trace=perf_event_open -e inject=perf_event_open:error=EINVAL:when=1" \
	stat -x, -e page-faults:u "$victim" touch 1000
is "EINVAL once: asks again" $status 0
within "EINVAL once: counts" "$(csv_count "$tmp/err" page-faults:u)" 1000 2000
inject "-e trace=perf_event_open -e inject=perf_event_open:error=EINTR:when=1" \
	stat -x, -e page-faults:u true
check "EINTR once: counts or says so" test $status -le 1

# no PMU: hardware becomes software on the way in, so that all of it runs.
# The first of the kind, cycles, becomes the first there: a clock in ns.
inject "-e trace=perf_event_open -e inject=perf_event_open:poke_enter=@arg1=01000000" \
	stat --format json -o "$tmp/report" -e cycles:u,instructions:u \
	"$victim" touch 10
is "hardware events: status" $status 0
is "hardware events: counted" \
	"$(json_field "$tmp/report" cycles:u state)" ok
within "hardware events: cycles" \
	"$(json_field "$tmp/report" cycles:u raw)" 1000 100000000000
valid_json "hardware events: JSON" "$tmp/report"
has "hardware events: derived" "$(cat "$tmp/report")" '"metrics": [
'

# what the kernel answers: 1 counter, 2000 ns enabled, 1000 ns running, 1000
half=0100000000000000d007000000000000e803000000000000e803000000000000
inject "$counters -e trace=read -e inject=read:poke_exit=@arg2=$half" \
	stat --format json -o "$tmp/report" -e page-faults:u true
is "half of the time: an estimate" \
	"$(json_field "$tmp/report" page-faults:u value)" 2000
is "half of the time: marked" \
	"$(json_field "$tmp/report" page-faults:u state)" scaled
is "half of the time: raw" \
	"$(json_field "$tmp/report" page-faults:u raw)" 1000
inject "$counters -e trace=read -e inject=read:poke_exit=@arg2=$half" \
	stat -e page-faults:u true
has "half of the time, for people" "$err" "(50.0 %)"
has "half of the time, for people: the estimate" "$err" "2000 page-faults:u"
inject "$counters -e trace=read -e inject=read:poke_exit=@arg2=$half" \
	stat -x, -e page-faults:u true
has "half of the time, as perf" "$err" "2000,,page-faults:u,1000,50.00,,"
inject "$counters -e trace=read -e inject=read:poke_exit=@arg2=$half" \
	stat --min-running 60 --format json -o "$tmp/report" \
	-e page-faults:u true
is "half of the time, --min-running 60: refused" \
	"$(json_field "$tmp/report" page-faults:u state)" not-counted
inject "$counters -e trace=read -e inject=read:poke_exit=@arg2=$half" \
	stat --no-scale --format json -o "$tmp/report" -e page-faults:u true
is "half of the time, --no-scale: as it is" \
	"$(json_field "$tmp/report" page-faults:u value)" 1000
never=0100000000000000d00700000000000000000000000000000000000000000000
inject "$counters -e trace=read -e inject=read:poke_exit=@arg2=$never" \
	stat --format json -o "$tmp/report" -e page-faults:u true
is "never running is not zero" \
	"$(sed -n '/"page-faults:u"/s/.*"value": \([a-z0-9]*\),.*/\1/p' \
		"$tmp/report" | head -n 1)" null
has "never running: why" "$(cat "$tmp/report")" "never got a turn"

# reading fails
for e in EIO EBADF EFAULT; do
	inject "$counters -e trace=read -e inject=read:error=$e" \
		stat --format json -o "$tmp/report" -e page-faults:u,cs:u true
	is "reading fails with $e: not a number" \
		"$(sed -n '/"name": "page-faults:u"/s/.*"value": \([a-z0-9]*\),.*/\1/p' \
			"$tmp/report")" null
	valid_json "reading fails with $e: JSON" "$tmp/report"
done
inject "$counters -e trace=read -e inject=read:error=EIO" \
	stat -e page-faults:u true
has "reading fails: not counted" "$err" "<not counted>"
has "reading fails: why" "$err" "cannot be read: Input/output error"
inject "$counters -e trace=read -e inject=read:retval=0" \
	stat -x, -e page-faults:u true
has "an end of file is no count" "$err" "<not counted>,,page-faults:u"
inject "$counters -e trace=read -e inject=read:retval=8" \
	stat -x, -e page-faults:u true
has "a short read is no count" "$err" "<not counted>,,page-faults:u"
inject "$counters -e trace=read -e inject=read:error=EINTR:when=1" \
	stat -x, -e page-faults:u "$victim" touch 1000
within "an interrupted read is read again" \
	"$(csv_count "$tmp/err" page-faults:u)" 1000 2000

# writing fails
for f in text csv json markdown; do
	inject "-P $tmp/report -e trace=write -e inject=write:error=ENOSPC" \
		stat --format $f -o "$tmp/report" -e page-faults:u true
	is "no space for $f: 1" $status 1
	has "no space for $f: said" "$err" "No space left on device"
done

# starting fails
started_badly() {
	is "$1: 1" $status 1
	has "$1: said" "$err" "$2"
	check "$1: the command was not started" test ! -e "$tmp/ran"
	check "$1: nothing is left" until_true nothing_left
}
fork=clone
case $(uname -m) in
x86_64 | aarch64 | riscv64) ;;
*) fork=clone,clone3,fork ;;
esac
inject "-e trace=$fork -e inject=$fork:error=EAGAIN" \
	stat -e page-faults:u touch "$tmp/ran"
started_badly "no process" "cannot fork: Resource temporarily unavailable"
inject "-e trace=socketpair -e inject=socketpair:error=EMFILE" \
	stat -e page-faults:u touch "$tmp/ran"
started_badly "no socket" "Too many open files"
inject "-e trace=pipe2 -e inject=pipe2:error=EMFILE" \
	stat -e page-faults:u touch "$tmp/ran"
started_badly "no pipe" "Too many open files"
inject "-e trace=signalfd4 -e inject=signalfd4:error=EMFILE" \
	stat -e page-faults:u touch "$tmp/ran"
started_badly "no signalfd" "Too many open files"
inject "-e trace=sendto -e inject=sendto:error=EPIPE" \
	stat -e page-faults:u touch "$tmp/ran"
check "no word for the child: fails" test $status -ne 0
check "no word for the child: not started" test ! -e "$tmp/ran"
check "no word for the child: nothing is left" until_true nothing_left

# killed while the command waits to be let go: it does not go alone
inject "-e trace=perf_event_open -e inject=perf_event_open:signal=KILL:when=1" \
	stat -e page-faults:u touch "$tmp/ran"
check "killed before the start: the command does not start" \
	until_true nothing_left
check "killed before the start: it never did" test ! -e "$tmp/ran"
tap_done
