#!/bin/sh
# Is every option that a command knows in tacho(1), and the reverse?
set -u
LC_ALL=C
export LC_ALL
srcdir=$(cd "$(dirname "$0")/.." && pwd -P)
. "$srcdir/tests/tap.sh"

tacho=${TACHO:-./tacho}
page=${1:-$srcdir/doc/tacho.1}

[ -r "$page" ] || skip_all "there is no $page"
[ -x "$tacho" ] || skip_all "there is no $tacho; make builds it"

# "stat", "list", ...: the words of the list in tacho --help
commands=$("$tacho" --help |
	awk '/^commands:/ { on = 1; next } on && !NF { exit } on { print $1 }')

# The options that a help text defines: what starts its lines, up to the gap
# before the explanation.
help_options() {
	sed -n 's/^ *\(-.*\)$/\1/p' | sed 's/   *.*//' | tr ' ,=[' '\n\n\n\n' |
		grep -E '^(-[A-Za-z]|--[a-z][a-z-]+)$' | sort -u
}

# The options that the page defines: tags of .TP and .IP, items of .It
page_options() {
	sed -e 's/\\f[A-Z]//g' -e 's/\\f([A-Z][A-Z]//g' -e 's/\\-/-/g' \
		-e 's/\\&//g' -e 's/"//g' "$page" |
		awk '
		/^\.(TP|TQ)/ { tag = 1; next }
		/^\.It / { gsub(/Fl -/, "--"); gsub(/Fl /, "-"); print; next }
		/^\.IP / { print; next }
		tag { print; tag = 0 }' |
		tr ' ,=[' '\n\n\n\n' |
		grep -E '^(-[A-Za-z]|--[a-z][a-z-]+)$' | sort -u
}

check "tacho --help lists commands" test -n "$commands"
documented=$(page_options)
all=""
for command in $commands; do
	options=$("$tacho" "$command" --help | help_options)
	all="$all
$options"
	check "tacho $command --help has options" test -n "$options"
	missing=""
	for option in $options; do
		printf '%s\n' "$documented" | grep -qxF -e "$option" ||
			missing="$missing $option"
	done
	is "every option of tacho $command is in the man page" "$missing" ""
	has "tacho $command is in the man page" "$(cat "$page")" "$command"
done

unknown=""
for option in $documented; do
	case $option in
	--version | --help | -h) continue ;; # tacho's own
	esac
	printf '%s\n' "$all" | grep -qxF -e "$option" ||
		unknown="$unknown $option"
done
is "every option in the man page is known to a command" "$unknown" ""

tap_done
