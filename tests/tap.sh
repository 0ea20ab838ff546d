# TAP for shell tests: source it, report cases, end with tap_done.
#
#	. "$srcdir/tests/tap.sh"
#	check "true is true" true
#	is "two and two" "$((2 + 2))" 4
#	tap_done
#
# Plain sh without externals, so that it runs under busybox too.  A case that
# fails shows why on "#" lines.

tap_cases=0
tap_failed=0

# note TEXT...: lines that are no result
note() {
	printf '%s\n' "$*" | while IFS= read -r tap_line; do
		printf '# %s\n' "$tap_line"
	done
}

pass() {
	tap_cases=$((tap_cases + 1))
	echo "ok $tap_cases - $1"
}

# fail NAME [WHY...]
fail() {
	tap_cases=$((tap_cases + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_cases - $1"
	shift
	[ $# -eq 0 ] || note "$@"
}

# skip NAME REASON
skip() {
	tap_cases=$((tap_cases + 1))
	echo "ok $tap_cases - $1 # SKIP $2"
}

# is NAME GOT WANT
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got:  $2
want: $3"
	fi
}

# has NAME TEXT PART: PART, which is no pattern, stands in TEXT
has() {
	case $2 in
	*"$3"*) pass "$1" ;;
	*) fail "$1" "no '$3' in:
$2" ;;
	esac
}

# hasnt NAME TEXT PART
hasnt() {
	case $2 in
	*"$3"*) fail "$1" "there is '$3' in:
$2" ;;
	*) pass "$1" ;;
	esac
}

# within NAME GOT LOW HIGH: a whole number between two others, both included
within() {
	case $2 in
	'' | *[!0-9]*) fail "$1" "got '$2', which is no count" ;;
	*)
		if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then
			pass "$1"
		else
			fail "$1" "got $2, want $3 .. $4"
		fi
		;;
	esac
}

# check NAME COMMAND...: passes when COMMAND does
check() {
	tap_name=$1
	shift
	tap_output=$("$@" 2>&1)
	tap_status=$?
	if [ $tap_status -eq 0 ]; then
		pass "$tap_name"
	else
		fail "$tap_name" "status $tap_status of: $*
$tap_output"
	fi
}

# skip_all REASON: nothing of this file can run here
skip_all() {
	echo "1..0 # SKIP $1"
	exit "${TAP_SKIP_STATUS:-0}"
}

# The plan, and whether all went well
tap_done() {
	echo "1..$tap_cases"
	[ $tap_failed -eq 0 ] || exit 1
	exit 0
}
