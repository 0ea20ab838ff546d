# For tests of the verdict; source it after lib.sh.

# who may, goes first: others that hold the CPUs are no part of the answer
first=
if [ -z "$(nice -n -20 true 2>&1)" ]; then
	first="nice -n -20"
fi

# judge ARGUMENTS...: $class, $kind and $json of the verdict of tacho stat with
# the options in $with; $kind is empty where there is none
judge() {
	$first "$tacho" stat $with --format json -o "$tmp/json" "$@" \
		>"$tmp/out" 2>"$tmp/err"
	read_verdict
}

# The same of a document that is there, $tmp/json
read_verdict() {
	json=$(sed -n 's/^"verdict": //p' "$tmp/json")
	class=$(printf '%s' "$json" | sed 's/^{"class": "\([^"]*\)".*/\1/')
	kind=$(printf '%s' "$json" | sed -n 's/.*"kind": "\([^"]*\)".*/\1/p')
}

# Others keep it from its CPU, whatever else it does
kept_waiting() {
	case "$class ($kind)" in
	"blocked (no free CPU"* | "blocked (asleep or no free CPU)") true ;;
	*) false ;;
	esac
}

# settle ARGUMENTS...: judge, and again while it is kept waiting
settle() {
	settle_n=0
	judge "$@"
	while kept_waiting && [ $settle_n -lt 10 ]; do
		settle_n=$((settle_n + 1))
		judge "$@"
	done
}

# is_verdict NAME CLASS KIND
is_verdict() {
	if kept_waiting; then
		skip "$1" "other programs hold the CPUs of this machine"
	else
		is "$1" "$class ($kind)" "$2 ($3)"
	fi
}
