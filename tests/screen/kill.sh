#!/bin/sh
# A signal from the screen to a process of this test.
. "${srcdir:-.}/tests/screen/lib.sh"

start_of() {
	sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20
}

sleep 600 &
victim_pid=$!
started $victim_pid
open 80x24 "$driver" delay=60 victim=$victim_pid start="$(start_of $victim_pid)"
sees "it is shown" "$victim_pid root"
keys k
sees "the signals" "15 SIGTERM"
keys Enter
sees "the question" "send SIGTERM to $victim_pid"
keys n
sees "no is no" "nothing was sent"
check "it still lives" kill -0 $victim_pid
keys k Enter y
sees "yes is yes" "sent SIGTERM to 1 process"
check "it is gone" until_true gone $victim_pid
keys k Enter y
sees "once is enough" "has already ended"
keys q
restored "the terminal is given back"
tap_done
