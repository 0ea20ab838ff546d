#!/bin/sh
# Signals end measuring, and what has been counted is shown.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

cat >"$tmp/wait" <<'END'
trap 'echo INT >"$1.got"; exit 0' INT
trap 'echo TERM >"$1.got"; exit 0' TERM
trap 'echo HUP >"$1.got"; exit 0' HUP
echo $$ >"$1.new" && mv "$1.new" "$1"
while :; do sleep 0.02; done
END
cat >"$tmp/stubborn" <<'END'
trap '' INT TERM HUP
echo $$ >"$1.new" && mv "$1.new" "$1"
while :; do sleep 0.02; done
END

# A shell starts what goes behind with SIGINT ignored; this puts it back.
cat >"$tmp/plain.py" <<'END'
import os, signal, sys
for s in signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT:
    signal.signal(s, signal.SIG_DFL)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
END
have_python || skip_all "no python3 to start programs with SIGINT not ignored"

# behind ARGUMENTS...: tacho with them, in the background; $pid
behind() {
	rm -f "$tmp/pid" "$tmp/pid.got" "$tmp/report" "$tmp/runs"
	python3 "$tmp/plain.py" "$tacho" "$@" \
		>"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	started $pid
}

for format in text json csv markdown; do
	for s in INT:2 TERM:15 HUP:1; do
		name=SIG${s%:*}
		behind stat --format $format -o "$tmp/report" -e page-faults:u \
			sh "$tmp/wait" "$tmp/pid"
		until_true test -s "$tmp/pid"
		kill -"${s%:*}" $pid
		wait $pid
		status=$?
		is "$name, $format: the status is the command's" $status 0
		is "$name, $format: the command gets it, too" \
			"$(cat "$tmp/pid.got")" "${s%:*}"
		has "$name, $format: what was counted is shown" \
			"$(cat "$tmp/report")" page-faults:u
		[ $format != json ] ||
			valid_json "$name: the JSON is whole" "$tmp/report"
		check "$name, $format: the command is gone" \
			gone "$(cat "$tmp/pid")"
	done
done

behind stat -e page-faults:u sleep 100
until_true asleep $pid
until_true pgrep -P $pid -x sleep >"$tmp/kid"
kill -INT $pid
wait $pid
is "a command that dies of it: 128 + 2" $? 130
has "a command that dies of it is reported" "$(cat "$tmp/err")" page-faults:u

for n in 1 2; do
	[ $n = 1 ] && more="" || more="--summary"
	behind stat --format json -o "$tmp/report" -I 20 $more \
		-e page-faults:u sh "$tmp/wait" "$tmp/pid"
	until_true test -s "$tmp/pid"
	until_true has_lines "$tmp/report" 8
	kill -INT $pid
	wait $pid
	is "SIGINT with -I $more: status" $? 0
	valid_json "SIGINT with -I $more: the JSON is whole" "$tmp/report"
done

behind stat -e page-faults:u -r 1000 -o "$tmp/report" --format json \
	sh -c 'echo x >>"$1"' sh "$tmp/runs"
until_true has_lines "$tmp/runs" 3
kill -INT $pid
wait $pid
check "SIGINT with -r ends before the last run" \
	test "$(wc -l <"$tmp/runs")" -lt 1000
valid_json "SIGINT with -r: the JSON is whole" "$tmp/report"
has "SIGINT with -r: the runs so far are shown" "$(cat "$tmp/report")" \
	page-faults:u

if may_count_cpus; then
	behind stat -a -e page-faults -o "$tmp/report"
	until_true test -e "$tmp/report"
	until_true asleep $pid
	kill -INT $pid
	wait $pid
	is "SIGINT ends -a without a command: 0" $? 0
	has "SIGINT ends -a with a report" "$(cat "$tmp/report")" page-faults
else
	skip "SIGINT ends -a" "$no_cpus"
fi
sleep 100 &
sleeper=$!
started $sleeper
behind stat -p $sleeper -e page-faults:u -o "$tmp/report"
until_true test -e "$tmp/report"
until_true asleep $pid
kill -INT $pid
wait $pid
is "SIGINT ends -p: 0" $? 0
check "SIGINT to us does not end the process of -p" kill -0 $sleeper

# the second signal kills
behind stat -e page-faults:u -o "$tmp/report" sh "$tmp/stubborn" "$tmp/pid"
until_true test -s "$tmp/pid"
kill -TERM $pid
until_true test -s "$tmp/pid"
# it is taken when nothing is pending any more
until_true grep -q '^ShdPnd:[[:space:]]*0*$' "/proc/$pid/status"
check "a command that ignores the signal goes on" \
	kill -0 "$(cat "$tmp/pid")"
kill -TERM $pid
wait $pid
is "the second signal kills the command" $? 137
has "the second signal: what was counted is shown" "$(cat "$tmp/report")" \
	page-faults:u
check "the second signal: the command is gone" gone "$(cat "$tmp/pid")"

# ignored stays ignored
(
	trap '' INT
	exec "$tacho" stat -e page-faults:u -o "$tmp/report" \
		sh -c 'echo $$ >"$1"; read -r x <"$2"; exit 5' \
		sh "$tmp/pid2" "$tmp/fifo"
) &
pid=$!
mkfifo "$tmp/fifo"
started $pid
until_true test -s "$tmp/pid2"
kill -INT $pid
exec 9<>"$tmp/fifo"
kill -0 $pid
echo go >&9
exec 9>&-
wait $pid
is "an ignored SIGINT stays ignored" $? 5
tap_done
