#!/bin/sh
# tacho top as it is: a recording against tests/golden/screen/top.txt (ACCEPT=1
# rewrites it), and the machine that the test runs on.
. "${srcdir:-.}/tests/screen/lib.sh"

incident=$srcdir/tests/recordings/incident.ticks
XDG_CONFIG_HOME=$tmp/config
export XDG_CONFIG_HOME
golden=$srcdir/tests/golden/screen/top.txt

# top SIZE OPTIONS...
top() {
	top_size=$1
	shift
	open "$top_size" "$tacho" top "$@"
}
# shot NAME: what is shown now, for the golden file
: >"$tmp/shots"
shot() {
	until_true settled
	printf '==== %s\n' "$1" >>"$tmp/shots"
	# the file's path depends on where the test runs
	shown | sed "1s|^[^ ]*ticks|incident.ticks|" >>"$tmp/shots"
}

# still TEXT: the recording stands still where TEXT is shown
still() {
	until_true shows /20 && keys p && until_true shows paused &&
		keys G '#10' Enter && until_true shows "10/20"
}

# A recording in a file whose name is short enough for 80 columns
cp "$incident" "$tmp/incident.ticks" && cd "$tmp" || exit 99
for size in 120x30 80x24 40x10; do
	for screen in overview memory software; do
		top $size --replay incident.ticks --screen $screen
		still
		shot "$screen $size"
		[ $screen = overview ] || continue
		keys t
		until_true shows tree
		shot "tree $size"
		keys t Enter
		until_true shows Verdict
		shot "detail $size"
	done
done
top 80x24 --replay incident.ticks --ascii --by user
still
shot "users, ASCII"
top 20x5 --replay incident.ticks
until_true shows 2001
keys p G '#10' Enter
until_true shows "1/12" # there is no head to tell where it is
shot "20x5"
[ -z "${ACCEPT-}" ] || cp "$tmp/shots" "$golden"
if cmp -s "$tmp/shots" "$golden"; then
	pass "a recording looks as agreed"
else
	fail "a recording looks as agreed" "$(diff "$golden" "$tmp/shots")"
fi

# ---- played faster, to its end
top 80x24 --replay incident.ticks --speed 1000
sees "it ends" "the recording ends here"
sees "where it ends" "20/20"
keys , ,
sees "two steps back" "18/20"
keys G '0%' Enter
sees "to the beginning" "1/20"
keys q
restored "and leaves the terminal as it was"

# ---- this machine
sh -c 'while :; do :; done' tacho-victim </dev/null &
busy=$!
started $busy
top 160x30 -d 0.2 --screen software -p $busy
sees "a process of this machine" "tacho-victim"
sees "uses the processor" "$busy $(id -un)"
keys H
sees "its threads" "threads  1/1"
keys H
for screen in 1:Overview 2:Memory 3:Branches 6:Software; do
	keys "${screen%:*}"
	sees "screen $screen" " ${screen#*:}  "
	sees "screen $screen has rows" "$busy $(id -un)"
done
keys Enter
sees "its detail" "History of"
keys Escape d C-u 0.1 Enter
sees "another delay" "every 0.1 s"
keys '\' 'nobody[' Enter
sees "a filter that is none" "nobody["
keys '\' C-u zzz Enter
sees "a filter that leaves nobody" "no row is left"
keys '\' C-u Enter
sees "and no filter" "tacho-victim"
keys k Enter
sees "a signal is asked for" "send SIGTERM to $busy"
keys y
check "and sent" until_true gone $busy
keys q
restored "the terminal is given back"
sees "it was no failure" "status=0"

top 80x24 -d 0.1 -n 3
restored "as many looks as were asked for"
top 80x24 -d 60
sees "it runs" "F1Help"
kill -TERM "$(screen_pid)"
restored "SIGTERM ends it"
sees "by that signal" "status=143"

# ---- colours are somebody's to refuse
coloured() {
	until_true shows F1Help
	mux capture-pane -p -e | grep -q '\[[34][0-8][;m]'
}
plain() {
	until_true shows F1Help
	! mux capture-pane -p -e | grep -q '\[[34][0-8][;m]'
}
top 80x24 -d 60
check "colours on a terminal" until_true coloured
top 80x24 -d 60 --color never
check "--color never" plain
open 80x24 env NO_COLOR=1 "$tacho" top -d 60
check "NO_COLOR" plain
terminal=dumb
top 80x24
sees "TERM=dumb is refused" "status=2"
sees "with a hint" "tacho top -b"

tap_done
