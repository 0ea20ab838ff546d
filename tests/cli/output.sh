#!/bin/sh
# Where the report goes, and what happens when it cannot go there.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

run stat -e page-faults:u echo hello
is "the command has standard output for itself" "$out" hello
has "the report goes to standard error" "$err" page-faults:u
run stat -o "$tmp/report" -e page-faults:u echo hello
is "-o: nothing on standard error" "$err" ""
has "-o: the report is in the file" "$(cat "$tmp/report")" page-faults:u
run stat -o "$tmp/report" -e minor-faults:u true
hasnt "-o replaces what was there" "$(cat "$tmp/report")" page-faults:u
run stat --append -o "$tmp/report" -e page-faults:u true
has "--append keeps what was there" "$(cat "$tmp/report")" minor-faults:u
has "--append adds" "$(cat "$tmp/report")" page-faults:u
run stat -o - -e page-faults:u true
has "-o - is standard output" "$out" page-faults:u
is "-o -: nothing on standard error" "$err" ""
check "-o - makes no file" test ! -e ./-
: >"$tmp/keep"
run stat -o "$tmp/keep" -e nonsense true
check "a usage error leaves the file alone" test ! -s "$tmp/keep"
echo precious >"$tmp/keep"
run stat -o "$tmp/keep" -e nonsense true
is "a usage error does not empty the file" "$(cat "$tmp/keep")" precious
usage_error "--append without -o" "--append needs -o FILE" --append \
	-e page-faults:u
usage_error "--append with -o -" "--append needs -o FILE" --append -o - \
	-e page-faults:u
usage_error "--append with JSON" "two JSON documents" --append \
	-o "$tmp/report" --format json -e page-faults:u

# a full disk
if [ -c /dev/full ]; then
	for f in text csv json markdown; do
		run stat --format $f -o /dev/full -e page-faults:u true
		is "a full disk, $f: 1" $status 1
		has "a full disk, $f: said" "$err" "No space left on device"
	done
	for f in -x, -j; do
		run stat $f -o /dev/full -e page-faults:u true
		is "a full disk, $f: 1" $status 1
	done
	run stat -I 10 --interval-count 3 -o /dev/full -e page-faults:u sleep 60
	is "a full disk with -I: 1" $status 1
	"$tacho" stat -o - -e page-faults:u true >/dev/full 2>"$tmp/err"
	is "a full disk behind -o -: 1" $? 1
	"$tacho" stat -e page-faults:u true 2>/dev/full
	is "a full disk behind standard error: 1" $? 1
	"$tacho" --help >/dev/full 2>"$tmp/err"
	is "a full disk behind --help: 1" $? 1
	"$tacho" doctor >/dev/full 2>"$tmp/err"
	is "a full disk behind doctor: 1" $? 1
else
	skip "a full disk" "no /dev/full"
fi

# closed descriptors are not taken by what we open
"$tacho" stat -o - -e page-faults:u true >&- 2>"$tmp/err"
is "closed standard output: 1" $? 1
has "closed standard output is said" "$(cat "$tmp/err")" "cannot write"
"$tacho" stat -e page-faults:u -o "$tmp/report" true 2>&- </dev/null
is "closed standard error, -o FILE: fine" $? 0
has "closed standard error: the report is whole" "$(cat "$tmp/report")" \
	page-faults:u
"$tacho" stat -e page-faults:u,cs:u,faults:u -o "$tmp/report" true \
	<&- >&- 2>&-
is "all three closed, -o FILE: fine" $? 0
has "all three closed: the report is whole" "$(cat "$tmp/report")" \
	page-faults:u
"$tacho" stat -o "$tmp/report" -e page-faults:u "$tmp/none" 2>&-
is "closed standard error, and something to say" $? 127
hasnt "messages do not land in the report" "$(cat "$tmp/report")" "cannot run"
"$tacho" stat -e page-faults:u -o "$tmp/report" \
	sh -c 'for i in 0 1 2; do [ -e /proc/self/fd/$i ] || exit 0; done; exit 1' \
	<&- >&-
is "descriptors that were closed are closed for the command" $? 0

# somebody who stops reading
cat >"$tmp/slow" <<'END'
trap 'echo ended >"$1"; exit 0' TERM INT HUP PIPE
echo $$ >"$2"
while :; do sleep 0.02; done
END
{
	"$tacho" stat -o - -I 10 -e page-faults:u \
		sh "$tmp/slow" "$tmp/ended" "$tmp/pid" 2>"$tmp/err"
	echo $? >"$tmp/status"
} | head -n 1 >"$tmp/head"
if until_true test -s "$tmp/status" && [ "$(cat "$tmp/status")" -ne 0 ]; then
	pass "a reader that goes away is no success"
else
	fail "a reader that goes away is no success" "$(cat "$tmp/status")"
fi
if until_true test -s "$tmp/pid" && until_true gone "$(cat "$tmp/pid")"; then
	pass "a reader that goes away leaves no command behind"
else
	fail "a reader that goes away leaves no command behind"
	started "$(cat "$tmp/pid")"
fi
tap_done
