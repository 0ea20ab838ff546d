#!/bin/sh
# What people see: colour, thousands, terminals.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

esc=$(printf '\033')
# a number that is always worth a look
mkdir "$tmp/events"
cat >"$tmp/events/test.metrics" <<'END'
[metric many_faults]
about = Page faults
title = faults in all
formula = page_faults / 1
threshold = > 1
END
with="--events $tmp/events -e page-faults:u"

run stat $with true
hasnt "no colour into a file" "$err" "$esc"
run stat $with --color always true
has "--color always into a file" "$err" "$esc["
NO_COLOR=1 "$tacho" stat $with --color always true 2>"$tmp/err"
has "--color always is stronger than NO_COLOR" "$(cat "$tmp/err")" "$esc["
run stat $with --color never true
hasnt "--color never" "$err" "$esc"
run stat --color=sometimes true
is "--color=sometimes: 2" $status 2
for f in csv json; do
	run stat --color always --format $f $with true
	hasnt "no colour in $f" "$err" "$esc"
done
if have_python; then
	cat >"$tmp/on_tty.py" <<'END'
import os, pty, sys
chunks = []
def read(fd):
    data = os.read(fd, 4096)
    chunks.append(data)
    return data
status = pty.spawn(sys.argv[2:], read, lambda fd: b"")
open(sys.argv[1], "wb").write(b"".join(chunks))
sys.exit(os.waitstatus_to_exitcode(status))
END
	tty() {
		python3 "$tmp/on_tty.py" "$tmp/screen" "$@" </dev/null \
			>/dev/null
	}
	TERM=xterm
	export TERM
	tty "$tacho" stat $with true
	has "a terminal: colour" "$(cat "$tmp/screen")" "$esc["
	tty "$tacho" stat $with --color never true
	hasnt "a terminal and --color never: none" "$(cat "$tmp/screen")" "$esc"
	tty env NO_COLOR=1 "$tacho" stat $with true
	hasnt "a terminal and NO_COLOR: none" "$(cat "$tmp/screen")" "$esc"
	tty env TERM=dumb "$tacho" stat $with true
	hasnt "a terminal that knows none: none" "$(cat "$tmp/screen")" "$esc"
	tty env TERM=dumb "$tacho" stat -r 2 -e task-clock true
	hasnt "and no progress that is written over" "$(cat "$tmp/screen")" \
		"$esc"
	tty env NO_COLOR= "$tacho" stat $with true
	has "an empty NO_COLOR says nothing" "$(cat "$tmp/screen")" "$esc["
	tty "$tacho" stat -r 3 --warmup 1 -e task-clock true
	has "-r on a terminal shows progress" "$(cat "$tmp/screen")" "run 2 of 3"
	has "--warmup on a terminal shows progress" "$(cat "$tmp/screen")" \
		"warm-up"
	tty "$tacho" stat -e page-faults:u sh -c 'exit 5'
	is "on a terminal: the status" $? 5
else
	skip "terminals" "no python3 to make one"
fi
run stat -r 3 -e page-faults:u true
hasnt "no progress into a file" "$err" "run 2 of"

# thousands: a locale that has them, or one made for this
for l in en_US.UTF-8 en_US.utf8 de_DE.UTF-8 de_DE.utf8 en_GB.UTF-8; do
	if locale -a 2>/dev/null | grep -qx "$l"; then
		locale=$l
		break
	fi
done
if [ -z "${locale:-}" ] && command -v localedef >/dev/null &&
	[ -e /usr/share/i18n/locales/en_US ]; then
	localedef -i en_US -f UTF-8 "$tmp/en_US.UTF-8" >/dev/null 2>&1
	if [ -d "$tmp/en_US.UTF-8" ]; then
		locale=en_US.UTF-8
		LOCPATH=$tmp
		export LOCPATH
	fi
fi
if [ -z "${locale:-}" ]; then
	skip "thousands separators" "no locale that has them, nor its source"
else
	case $locale in
	de*) sep=. point=, ;;
	*) sep=, point=. ;;
	esac
	LC_ALL=$locale "$tacho" stat -e page-faults:u "$victim" touch 5000 \
		2>"$tmp/err"
	check "$locale: thousands are separated" \
		grep -q "^ *5[$sep][0-9][0-9][0-9] *page-faults:u" "$tmp/err"
	check "$locale: decimals" \
		grep -q "^ *[0-9]*[$point][0-9]* seconds time elapsed" \
		"$tmp/err"
	LC_ALL=$locale "$tacho" stat --no-big-num -e page-faults:u \
		"$victim" touch 5000 2>"$tmp/err"
	check "$locale, --no-big-num: not separated" \
		grep -q '^ *5[0-9][0-9][0-9] *page-faults:u' "$tmp/err"
	for f in -x, -j --format=csv --format=json; do
		LC_ALL=$locale "$tacho" stat $f \
			-e page-faults:u,task-clock "$victim" touch 5000 \
			2>"$tmp/err"
		case $f in
		-x,) want='^5[0-9][0-9][0-9],,page-faults:u' ;;
		-j) want='"counter-value" : "5[0-9][0-9][0-9]\.000000"' ;;
		--format=csv) want=',page-faults:u,,5[0-9][0-9][0-9],' ;;
		*) want='"value": 5[0-9][0-9][0-9],' ;;
		esac
		check "$locale: $f is the same everywhere" \
			grep -q "$want" "$tmp/err"
	done
	LC_NUMERIC=$locale LC_ALL= "$tacho" stat -e page-faults:u \
		"$victim" touch 5000 2>"$tmp/err"
	check "$locale in LC_NUMERIC alone" \
		grep -q "^ *5[$sep][0-9][0-9][0-9] *page-faults:u" "$tmp/err"
fi
unset LOCPATH # with it glibc itself loses some memory here
LC_ALL=nonsense "$tacho" stat -e page-faults:u true 2>"$tmp/err"
is "a locale that is not there does not matter" $? 0
tap_done
