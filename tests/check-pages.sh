#!/bin/sh
# Are the documents right: do the manual pages format without a warning, do
# their examples run, do they name every key and column there is, do links lead
# somewhere, and says every metric and event what it is about?
set -u
LC_ALL=C
export LC_ALL
srcdir=$(cd "$(dirname "$0")/.." && pwd -P)
. "$srcdir/tests/tap.sh"

tacho=${TACHO:-./tacho}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/check-pages.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT

# ---- what is checked: each prints what is wrong, nothing when all is right

mandoc_says() {
	mandoc -Tlint "$1" 2>&1
}

groff_says() {
	groff -man -ww -Tascii -z "$1" 2>&1
}

# The examples marked with: .\" runs [STATUS...]; a line is "STATUS...|TEXT"
examples_of() {
	awk '
	/^\.\\" runs/ { marked = 1; status = $0; sub(/.*runs */, "", status) }
	/^\.EX/ { inside = marked; marked = 0; text = ""; next }
	/^\.EE/ {
		if (inside)
			print (status == "" ? "0" : status) "|" text
		inside = 0
	}
	inside { text = text (text == "" ? "" : "; ") $0 }
	' "$1" | sed -e 's/\\-/-/g' -e 's/\\&//g' -e 's/\\(aq/'"'"'/g' \
		-e 's/\\(dq/"/g' -e 's/\\e/\\/g'
}

# run_example STATUSES TEXT, in an empty folder and with tacho on the PATH
run_example() {
	(cd "$tmp/run" && PATH=$tmp/bin:$PATH timeout 60 sh -c "$2") \
		>"$tmp/out" 2>&1
	got=$?
	case " $1 " in
	*" $got "*) ;;
	*) echo "status $got, not $1: $2"; cat "$tmp/out" ;;
	esac
}

# The sections of files that have no text in "about"; what a formula gives is
# explained where the metric is
without_about() {
	awk '
	function leave() {
		if (name != "" && !about)
			print place ": " name " has no about"
		name = ""
	}
	FNR == 1 { leave() }
	/^\[/ { leave(); name = $0; about = 0; place = FILENAME ":" FNR }
	/^\[formula / { about = 1 }
	/^about *= *[^ ]/ { about = 1 }
	END { leave() }' "$@"
}

# Relative links of a markdown file that lead nowhere
broken_links() {
	grep -o '](\([^)]*\))' "$1" | sed -e 's/^](//' -e 's/)$//' \
		-e 's/#.*//' | grep -v -e '^$' -e '^[a-z]*://' |
		while IFS= read -r link; do
			[ -e "$(dirname "$1")/$link" ] || echo "$link"
		done
}

# words_missing PAGE WORD...: words that do not stand in PAGE
words_missing() {
	page=$1
	shift
	sed -e 's/\\f[A-Z]//g' -e 's/\\-/-/g' "$page" >"$tmp/page"
	for word; do
		grep -qw -e "$word" "$tmp/page" || echo "$word"
	done
}

# ---- the pages

pages=$(find "$srcdir/doc" -name '*.[1-9]' | sort)
check "there are manual pages" test -n "$pages"
mkdir "$tmp/run" "$tmp/bin"
printf '.TH X 1 2026-01-01 x x\n.SH NAME\nx \\- y\n.XX broken\n.SH\n' \
	>"$tmp/broken.1"

for tool in mandoc groff; do
	if ! command -v $tool >/dev/null; then
		skip "pages format without a warning ($tool)" "no $tool here"
		continue
	fi
	for page in $pages; do
		is "$tool has nothing to say about ${page##*/}" \
			"$(${tool}_says "$page")" ""
	done
	check "$tool finds fault with a broken page" \
		test -n "$(${tool}_says "$tmp/broken.1")"
done

# ---- the examples

if [ -x "$tacho" ]; then
	ln -s "$(cd "$(dirname "$tacho")" && pwd -P)/${tacho##*/}" \
		"$tmp/bin/tacho"
	for page in $pages; do
		examples_of "$page"
	done >"$tmp/examples"
	check "there are examples that run" test -s "$tmp/examples"
	while IFS='|' read -r status text; do
		is "runs: $text" "$(run_example "$status" "$text" </dev/null)" ""
	done <"$tmp/examples"
	check "an example that fails is found" \
		test -n "$(run_example 0 'tacho stat --no-such-option')"
else
	skip "the examples run" "there is no $tacho; make builds it"
fi
printf '.\\" runs 3\n.RS\n.EX\na \\-b \\(aqc\\(aq\nd\n.EE\n.EX\nnot\n.EE\n' \
	>"$tmp/examples.1"
is "only what is marked is an example" "$(examples_of "$tmp/examples.1")" \
	"3|a -b 'c'; d"

# ---- keys and columns: as the sources have them

metric_keys=$(sed -n '/^static const struct key metric_keys/,/^};/p' "$srcdir/src/metric/metric.c" |
	grep -o '{ "[a-z]*"' | tr -dc 'a-z\n')
csv_columns=$(sed -n '/^static const char \*const columns/,/^};/p' \
	"$srcdir/src/report/view_csv.c" | grep -o '"[a-z_]*"' | tr -d '"')
json_keys=$(grep -o '\<[ov], "[a-z0-9_]*"' \
	"$srcdir/src/report/view_json.c" | sed 's/.*, //' | tr -d '"' | sort -u)
events_page=$srcdir/doc/tacho-events.5
json_page=$srcdir/doc/tacho-json.5

# shellcheck disable=SC2086 # words are what is wanted
{
	within "metrics have keys" "$(echo $metric_keys | wc -w)" 10 40
	is "every key of a metric is in tacho-events(5)" \
		"$(words_missing "$events_page" $metric_keys)" ""
	within "CSV has columns" "$(echo $csv_columns | wc -w)" 25 60
	is "every column of CSV is in tacho(1)" \
		"$(words_missing "$srcdir/doc/tacho.1" $csv_columns)" ""
	within "JSON has keys" "$(echo $json_keys | wc -w)" 30 80
	is "every key of the JSON document is in tacho-json(5)" \
		"$(words_missing "$json_page" $json_keys)" ""
}
# comparisons, described on the page of JSON in both formats
# (where its numbers come from is on the page of recordings, see below)
comparison_keys=$(awk '
	/^\t"\$defs"/ { defs = 1 }
	/^\t\t"provenance": / && defs { skip = 1; next }
	/^\t\t"/ && defs { skip = 0; next }
	!skip && /": \{$/ { gsub(/[^a-z0-9_]/, ""); print }
	' "$srcdir/doc/tacho-comparison.schema.json" |
	grep -vxE 'properties|items|defs' | sort -u)
comparison_columns=$(sed -n '/^static const char \*const columns/,/^};/p' \
	"$srcdir/src/report/comparison/csv.c" | grep -o '"[a-z_0-9]*"' |
	tr -d '"')
# shellcheck disable=SC2086 # words are what is wanted
{
	within "comparisons have keys" "$(echo $comparison_keys | wc -w)" 60 120
	is "every key of a comparison is in tacho-json(5)" \
		"$(words_missing "$json_page" $comparison_keys)" ""
	within "CSV of comparisons has columns" \
		"$(echo $comparison_columns | wc -w)" 25 60
	is "every column of a comparison is in tacho-json(5)" \
		"$(words_missing "$json_page" $comparison_columns)" ""
}
# the keys of a run, and of where it comes from
run_keys=$(grep -oh '{ "[a-z_]*"' "$srcdir/src/record/recording_run.c" |
	tr -dc 'a-z_\n')
origin_keys=$(sed -n '/^static const char \*const keys/,/^};/p' \
	"$srcdir/src/record/provenance.c" | grep -o '"[a-z_]*"' | tr -d '"')
recording_page=$srcdir/doc/tacho-recording.5
# shellcheck disable=SC2086 # words are what is wanted
{
	within "recordings have keys" \
		"$(echo $run_keys $origin_keys | wc -w)" 40 90
	is "every key of a run is in tacho-recording(5)" \
		"$(words_missing "$recording_page" $run_keys $origin_keys)" ""
}

is "a key that is nowhere is found" \
	"$(words_missing "$json_page" events no_such_key)" "no_such_key"

# ---- events/ and links

files=$(find "$srcdir/events" -name '*.metrics' -o -name '*.events' | sort)
check "there are definitions" test -n "$files"
# shellcheck disable=SC2086 # one word per file
is "every section says what it is about" \
	"$(without_about $files)" ""
printf '[metric a]\nabout = x\n[metric b]\nabout =\n[event c]\nraw = r1\n%s' \
	'[formula a]' \
	>"$tmp/about.metrics"
is "a section without about is found" \
	"$(without_about "$tmp/about.metrics" | sed 's/.*: //')" \
	"[metric b] has no about
[event c] has no about"

for file in "$srcdir"/README.md "$srcdir"/doc/*.md; do
	is "every link of ${file##*/} leads somewhere" \
		"$(broken_links "$file")" ""
done
echo '[a](about.metrics) [b](gone.md#x) [c](https://example.org/)' \
	>"$tmp/links.md"
is "a link that leads nowhere is found" "$(broken_links "$tmp/links.md")" \
	"gone.md"

tap_done
