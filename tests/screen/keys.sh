#!/bin/sh
# Every key, with what it changes on the terminal.
. "${srcdir:-.}/tests/screen/lib.sh"

open 80x24 "$driver" delay=60
sees "the rows are there" "5000100 root"

# key NAME KEY TEXT: pressing it brings TEXT
key() {
	keys "$2"
	sees "$1 ($2)" "$3"
}

# ---- moving: the place among the rows is at the right
key "down" Down "2/38"
key "up" Up "1/38"
key "page down" PageDown "17/38"
key "page up" PageUp "1/38"
key "the last" End "38/38"
key "the first" Home "1/38"
key "page down, as in htop" C-f "17/38"
key "page up, as in htop" C-b "1/38"
key "the last, as in htop" C-e "38/38"
key "the first, as in htop" C-a "1/38"
keys Right
misses "columns to the right" "USER"
key "columns to the left" Left "USER"

# ---- detail
for k in Enter F2; do
	key "the detail" $k "Verdict over 10 s"
	keys Escape
	misses "back from it (Escape)" "Verdict over"
done
keys Enter
sees "the detail again" "History of Instructions"
key "the next number" Right "History of L3"
key "the number before" Left "History of Instructions"
keys q
misses "q leaves the detail only" "History"
sees "and the rows are back" "1/38"

# ---- help
for k in F1 '?' h; do
	keys $k
	sees "help ($k)" "the row above"
	keys Escape
	misses "back from it" "the row above"
done

# ---- finding
key "search" / "search:"
keys gzip Enter
sees "what was searched is selected" "3/38"
key "the next" n "11/38"
key "the one before" N "3/38"
key "search, as in htop" F3 "search:"
keys Escape
key "filter" '\' "filter:"
keys gzip Enter
sees "only what matches" "1/7"
key "filter, as in htop" F4 "filter: gzip"
keys C-u Enter
sees "all rows again" "/38"
key "user" u "user (nothing: all):"
keys alice Enter
sees "only hers" "user alice"
keys u C-u Enter
misses "everybody's" "user alice"
keys Home
key "no kernel threads" K "no kernel"
keys K
misses "with them" "no kernel"
key "no idle ones" i "no idle"
keys i
misses "with them too" "no idle"
key "keep the dead" D "greyed, for 30 s"
key "or not" D "goes at once"

# ---- showing
key "the next screen" Tab "Software"
key "the next, again" Tab "Overview"
key "the screen before" BTab "Software"
key "a screen by its number" 1 "Overview"
key "one that is not there" 7 "there are 2 screens"
key "a tree" F5 "tree"
sees "with lines" "├─ stress"
key "folded" - "+ mysqld"
keys +
misses "unfolded" "+ mysqld"
keys t
misses "no tree" "├─ stress"
key "threads" H "threads  "
keys F7
misses "processes" "threads  1/"
key "users" o "users "
key "cgroups" g "cgroups "
keys g
misses "processes again" "cgroups "

# ---- sorting
key "sort menu" F6 "Sort by"
keys Down Enter
sees "by the next column" "▼IPC"
key "to the left" '<' "▼%CPU"
key "to the right" '>' "▼IPC"
key "by CPU time" P "▼%CPU"
key "the other way round" R "▲%CPU"
key "and back" I "▼%CPU"
key "sort menu, by letter" s "Sort by"
keys Escape
misses "closed" "Sort by"

# ---- doing
key "tag" Space "1 tagged"
keys U
misses "no tag" "tagged"
key "delay" d "seconds between looks: 60"
keys C-u 30 Enter
sees "another delay" "every 30 s"
for k in p Z F8; do
	key "pause" $k "paused"
	keys $k
	misses "go on" "paused"
done
key "signals" F9 "15 SIGTERM"
keys Escape
key "signals" k "15 SIGTERM"
keys Escape
misses "none" "SIGTERM"

# ---- drawing again what something else has written over
tty=$(tells '#{pane_tty}')
printf '\033[5;5HGARBAGE' >"$tty"
sees "garbage" "GARBAGE"
keys C-l
misses "drawn again (C-l)" "GARBAGE"

keys q
restored "q gives the terminal back"
sees "and is no failure" "status=0"

open 80x24 "$driver" delay=60
sees "it runs" "1/38"
keys F10
restored "F10 too"
open 80x24 "$driver" delay=60
sees "it runs again" "1/38"
keys C-c
restored "and ^C"
sees "which is no failure either" "status=0"

# ---- a recording
open 80x24 "$driver" replay=100 cpus=1
sees "a recording plays" "/100"
keys p
sees "it stands still" "paused"
keys G '#10' Enter
sees "a look by its number" "10/100"
key "a step" . "11/100"
key "a step back" , "10/100"
keys G '50%' Enter
sees "a percentage" "51/100"
keys G 22:14:00 Enter
sees "a time" "40/100"
key "faster" ] "x2"
key "slower" [ "40/100  paused"
keys G 99 Enter
sees "no place" "'99' is no place"
keys k
sees "nobody to kill" "this is a recording"
keys G '99%' Enter
sees "near the end" "99/100"
keys p
sees "it goes on to the end, then it stands" "100/100"
keys q

# ---- a mouse: press and release, as a terminal reports it
open 80x24 "$driver" delay=60 mouse=1
sees "a screen with a mouse" "1/38"
is "the mouse is asked for" "$(tells '#{mouse_any_flag}')" 1
# 1-based column and row
press() {
	keys -l "$(printf '\033[<0;%d;%dM' "$1" "$2")"
	keys -l "$(printf '\033[<0;%d;%dm' "$1" "$2")"
}
press 30 8
sees "a click selects a row" "3/38"
press 12 5
sees "a click on a heading sorts" "USER▲"
press 12 5
sees "a second turns it round" "USER▼"
keys Home
sees "the first" "1/38"
keys -l "$(printf '\033[<65;30;10M')"
sees "the wheel moves down" "4/38"
press 4 24
sees "a click on a key presses it" "the row above"
keys q q
restored "the mouse is given back"

tap_done
