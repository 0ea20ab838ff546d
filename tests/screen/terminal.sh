#!/bin/sh
# What kinds of terminal there are, and how large.
. "${srcdir:-.}/tests/screen/lib.sh"

# ---- sizes, while it runs
open 80x24 "$driver" delay=60
sees "80x24" "F10Quit"
for size in 20x5 40x10 1x1 2x2 200x60 3x40 130x3 80x24; do
	mux resize-window -x "${size%x*}" -y "${size#*x}"
	until_true is_told '#{window_width}x#{window_height}' $size
	keys C-l
done
sees "after many other sizes" "F10Quit"
mux resize-window -x 20 -y 5
misses "in a small one there is no bar" "F1"
sees "but there are rows" "5000100   99.9"
keys Down
sees "and keys work" "2/38"
keys q
restored "a terminal of another size is given back"

# ---- characters
for size in 80x24 200x60 40x10 20x5; do
	for set in "C.UTF-8 rows" "C rows-ascii"; do
		locale=${set% *}
		open $size "$driver" delay=60
		until_true shows "5000100"
		until_true settled
		want=$(sed -n "/^==== $size/,/^====/p" \
			"$srcdir/tests/golden/screen/${set#* }.txt" |
			grep -v '^====' | sed 's/every 1 s /every 60 s/')
		# the title has other blanks, for the delay
		is "$size in $locale is as without a terminal" \
			"$(shown | sed '/every 60 s/d')" \
			"$(echo "$want" | sed '/every 60 s/d')"
	done
done
locale=C
open 80x24 "$driver" delay=60 hostile=1
sees "rows" "5000100 root"
is "nothing but ASCII in the C locale" \
	"$(shown | LC_ALL=C tr -d '\n -~' | wc -c)" 0
keys t
sees "trees are ASCII, too" "|- "
locale=C.UTF-8
open 80x24 "$driver" delay=60 hostile=1
sees "names that mean harm are shown harmlessly" "?]0;owned??[2J"
hasnt "and did not name the terminal" "$(tells '#{pane_title}')" owned

# ---- colours, as the terminal was told
escapes() {
	until_true shows "5000100 root"
	mux capture-pane -p -e
}
esc=$(printf '\033')
open 80x24 "$driver" delay=60
has "256 colours" "$(escapes)" "${esc}[38;5;"
terminal=xterm
open 80x24 "$driver" delay=60
colours=$(escapes)
hasnt "8 colours: no others" "$colours" "38;5;"
has "8 colours: the heading" "$colours" "[42m"
open 80x24 "$driver" delay=60 color=0
colours=$(escapes)
hasnt "no colour: none" "$colours" "[42m"
has "no colour: reversed and bold instead" "$colours" "${esc}[7m"
terminal=vt100
open 80x24 "$driver" delay=60
sees "a terminal without colours" "5000100 root"
terminal=xterm-256color

# ---- no screen
refused() {
	is "$1: status" "$status" 1
	has "$1: why" "$err" "$2"
	has "$1: what to try" "$err" "tacho top -b"
}
"$driver" </dev/null >"$tmp/out" 2>"$tmp/err"
status=$?
err=$(cat "$tmp/err")
refused "no terminal" "are no terminal"
is "no terminal: nothing is written" "$(cat "$tmp/out")" ""
for terminal in dumb no-such-terminal ''; do
	open 80x24 "$driver" delay=60
	sees "TERM='$terminal' is refused" "status=1"
	sees "TERM='$terminal': with a hint" "tacho top -b"
	restored "TERM='$terminal': the terminal is as it was"
done
terminal=xterm-256color

# ---- it ends by itself, and by failures
open 80x24 "$driver" delay=0.05 iterations=3
restored "after as many looks as were asked for"
sees "which is no failure" "status=0"
open 80x24 "$driver" fail=-5
restored "a feed that fails ends it"
sees "with what failed" "driver: the feed is broken"
sees "as a failure" "status=1"
open 80x24 "$driver" replay=5 fail=-5
sees "a recording that is broken is not left" "the feed is broken"
keys q
restored "but by q"

tap_done
