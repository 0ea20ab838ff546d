# As an ordinary user: guest-user.sh LEVEL, that of perf_event_paranoid.
# shellcheck shell=sh
. ./guest.sh
started=/tmp/user-started

refused_outright() {
	text -e instructions -- touch $started
	is "nothing may be counted: status 1" $status 1
	check "the command is not started" test ! -e $started
	has "the setting is named" "$text" perf_event_paranoid
	doctor=$(./tacho doctor 2>&1)
	is "doctor says no" $? 1
	has "doctor names the setting" "$doctor" "perf_event_paranoid"
	has "doctor names the capability" "$doctor" CAP_SYS_ADMIN
	has "doctor names the command that changes it" "$doctor" sysctl
}

user_mode_only() {
	measure -e instructions ./loop
	is "user mode is counted" "$(field event instructions:u value "")" $LOOP
	is "the status is the command's" $status 0
	text -e instructions ./loop
	has "and marked as that" "$text" instructions:u
	same "as perf does" shape -x, -e instructions ./loop
	measure -e instructions:u,instructions:k ./loop
	is "what was asked for is refused, not changed" \
		"$(get instructions:k state)" denied
	is "it has no value" "$(get instructions:k value)" ""
	is "the rest counts" "$(get instructions:u value)" $LOOP
	text -e instructions:k,instructions:u ./loop
	has "the reason names the setting" "$text" perf_event_paranoid
	text -a -e instructions -- touch $started
	is "-a is refused: status 1" $status 1
	check "nothing is started for it" test ! -e $started
	has "with the setting's name" "$text" perf_event_paranoid
	doctor=$(./tacho doctor 2>&1)
	is "doctor is content, because counters count" $? 0
	has "doctor names what limits them" "$doctor" perf_event_paranoid
}

case $1 in
2) user_mode_only ;;
3) refused_outright ;;
esac

tap_done
