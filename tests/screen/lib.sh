# What the tests of the screen share; source it first.
#
# The program runs under tmux on a server of its own: what the terminal shows, is
# told and is left with is read from there.

. "${srcdir:-.}/tests/cli/lib.sh"

driver=$top/tests/screen/driver
command -v tmux >/dev/null || skip_all "no tmux to be the terminal"

# Not the server of somebody who has tmux open, and another each time: one that
# has just been told to end is still there for a moment.
server=
servers=0
unset TMUX
mux() {
	tmux -L "$server" -f /dev/null "$@"
}
screen_tidy() {
	[ -z "$server" ] || mux kill-server 2>/dev/null
	tidy_up
}
trap screen_tidy EXIT

another_server() {
	[ -z "$server" ] || mux kill-server 2>/dev/null
	servers=$((servers + 1))
	server=tacho-test-$$-$servers
	place=$tmp/$servers
	mkdir "$place"
}

# What it does when it crashes is tested, not what a sanitizer does.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}allocator_may_return_null=1
for mishap in segv sigbus sigfpe sigill abort; do
	ASAN_OPTIONS=$ASAN_OPTIONS:handle_$mishap=0
done
export ASAN_OPTIONS

# open COLSxROWS COMMAND...: a new terminal, in which a shell runs COMMAND; its
# modes before and after that are in $place/before and $place/after, and
# "status=N" on the terminal.
terminal=xterm-256color
locale=C.UTF-8
open() {
	open_size=$1
	shift
	another_server
	cat >"$place/run" <<EOF
TERM=$terminal
LC_ALL=$locale
TZ=UTC
export TERM LC_ALL TZ
stty -g >"$place/before"
sh -c 'echo \$\$ >"$place/pid"; exec "\$@"' sh $*
echo "status=\$?"
stty -g >"$place/after.new"
mv "$place/after.new" "$place/after"
exec cat
EOF
	mux new-session -d -x "${open_size%x*}" -y "${open_size#*x}" \
		"sh $place/run 2>&1" \; set -g status off
}

shown() {
	mux capture-pane -p
}

# shows TEXT, lacks TEXT
shows() {
	shown | grep -qF -- "$1"
}
lacks() {
	! shows "$1"
}

# sees NAME TEXT, misses NAME TEXT: in the end, at the latest after 10 s
sees() {
	if until_true shows "$2"; then
		pass "$1"
	else
		fail "$1" "no '$2' in:
$(shown)"
	fi
}
misses() {
	if until_true lacks "$2"; then
		pass "$1"
	else
		fail "$1" "there is '$2' in:
$(shown)"
	fi
}

# Nothing more is being drawn: two looks are the same
settled() {
	settled_now=$(shown)
	sleep 0.1
	[ "$settled_now" = "$(shown)" ]
}

keys() {
	mux send-keys "$@"
}

# what the terminal is set to: tells FORMAT
tells() {
	mux display-message -p "$1"
}
is_told() {
	[ "$(tells "$1")" = "$2" ]
}

# The terminal is as it was, as if nothing had been on it: restored NAME
restored() {
	if ! until_true test -e "$place/after"; then
		fail "$1" "it goes on:
$(shown)"
	elif ! cmp -s "$place/before" "$place/after"; then
		fail "$1" "$(diff "$place/before" "$place/after")"
	else
		is "$1" "$(modes)" "0 1 0 0"
	fi
}

# alternate screen, cursor, mouse, keypad
modes() {
	tells "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}"
}

# The process of the screen
screen_pid() {
	until_true test -s "$place/pid"
	cat "$place/pid"
}
