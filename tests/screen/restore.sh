#!/bin/sh
# The terminal is given back, whatever ends the screen or stops it.
. "${srcdir:-.}/tests/screen/lib.sh"

# the mouse too, as it has to be taken back
run_screen() {
	open 80x24 "$driver" delay=60 mouse=1 "$@"
	until_true shows "5000100 root"
}

run_screen
is "meanwhile it has the terminal" "$(modes)" "1 0 1 1"
for signal in 1:HUP 2:INT 3:QUIT 15:TERM; do
	run_screen
	kill -${signal%:*} "$(screen_pid)"
	restored "after SIG${signal#*:}"
	sees "and it dies of it" "status=$((128 + ${signal%:*}))"
done

# A core would be written where the test runs.
ulimit -c 0
for signal in 4:ILL 6:ABRT 7:BUS 8:FPE 11:SEGV; do
	run_screen
	kill -${signal%:*} "$(screen_pid)"
	restored "after SIG${signal#*:} from outside"
	sees "and it dies of it" "status=$((128 + ${signal%:*}))"
done
open 80x24 "$driver" delay=0.05 crash=11 mouse=1
restored "after a crash of its own"
sees "which is told" "status=139"
open 80x24 "$driver" delay=0.05 crash=memory mouse=1
restored "after memory has run out"
sees "which is said on the right screen" "tacho: out of memory"

# where there is no other screen to return to
terminal=vt100
run_screen
keys q
sees "a vt100 is given back" "status=0"
is "with nothing behind what is written next" \
	"$(shown | grep -F status=0)" "status=0"
terminal=xterm-256color

# ---- stopped, and let go on
cat >"$tmp/shell" <<EOF
PS1='prompt> '
PATH=$top/tests/screen:\$PATH
TZ=UTC LC_ALL=$locale TERM=$terminal
export TZ LC_ALL TERM
EOF
another_server
ENV=$tmp/shell mux new-session -d -x 80 -y 24 "ENV=$tmp/shell sh -i" \; \
	set -g status off
sees "a shell" "prompt>"
keys "stty -g >$place/before; driver delay=60" Enter
sees "in it a screen" "5000100 root"
# a number, as in the job's process group
driver_pid=$(tells '#{pane_pid}')
driver_pid=$(cat "/proc/$driver_pid/task/$driver_pid/children")
keys C-z
misses "stopped (C-z)" "5000100 root"
sees "by the shell's account, too" "Stopped"
is "the terminal is the shell's" "$(tells '#{alternate_on} #{cursor_flag}')" \
	"0 1"
keys "stty -g >$place/after; echo stty-done" Enter
sees "the shell works" "stty-done"
check "and has the modes that it had" cmp "$place/before" "$place/after"
keys fg Enter
sees "back in the foreground" "5000100 root"
keys Down
sees "and it listens" "2/38"

stopped() {
	grep -q '^State:[[:space:]]*T' "/proc/$1/status"
}
# stops N: the shell has told so many of them
stops() {
	[ "$(shown | grep -c Stopped)" -ge "$1" ]
}
kill -TSTP $driver_pid
check "stopped from outside" until_true stopped $driver_pid
check "the terminal is the shell's again" until_true stops 2
keys fg Enter
sees "and back" "2/38"
kill -STOP $driver_pid
check "stopped without warning" until_true stopped $driver_pid
# on whatever is on the terminal now
sees "so that the shell writes over it" "Stopped"
# a line ends with this one where nobody translates Enter
keys "stty sane" C-j fg C-j
misses "after which it takes the terminal again" "Stopped"
keys Up
sees "with keys one by one" "1/38"
keys q
misses "q ends it" "5000100 root"
sees "with the shell's terminal" "prompt>"

# ---- the terminal goes away
run_screen
pid=$(screen_pid)
mux kill-server
check "a terminal that goes takes it along" until_true gone "$pid"

tap_done
