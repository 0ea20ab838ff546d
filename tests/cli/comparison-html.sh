#!/bin/sh
# The page of a comparison: one file that fetches nothing, is complete, can be
# read in light and dark, and looks as it should in a browser.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting
have_python || skip_all "no python3 to read the pages with"
reader=$srcdir/tests/cli/read-page.py
shower=$srcdir/tests/cli/show-page.py
mkdir "$tmp/pages"

# those of all scenes, and a real one
if [ -x tests/unit/comparison_html_test ]; then
	PAGES=$tmp/pages tests/unit/comparison_html_test >"$tmp/out" 2>&1
	check "every scene has a page" test -s "$tmp/pages/hostile.html"
else
	skip "every scene has a page" \
		"tests/unit/comparison_html_test was not built"
fi
"$tacho" compare -r 6 --fail-if 'time > +1%' --format html \
	-o "$tmp/pages/real.html" true "$victim touch 1000" 2>"$tmp/err"
status=$?
check "tacho compare writes one" test -s "$tmp/pages/real.html"
case $status in
0 | 3 | 4) pass "with the status of its limits" ;;
*) fail "with the status of its limits" "$status: $(cat "$tmp/err")" ;;
esac

"$tacho" compare -r 151 -e page-faults --format html \
	-o "$tmp/pages/many.html" true true 2>"$tmp/err"
has "many runs are dots" "$(cat "$tmp/pages/many.html")" \
	'<svg class="timeline dense"'
hasnt "a few are not" "$(cat "$tmp/pages/real.html")" "timeline dense"

is "pages are complete and fetch nothing" \
	"$(python3 "$reader" "$tmp"/pages/*.html 2>&1)" ""

# bad NAME SED PART: a page that is changed is found fault with
bad() {
	sed "$2" "$tmp/pages/real.html" >"$tmp/bad.html"
	has "a page is bad with $1" \
		"$(python3 "$reader" "$tmp/bad.html" 2>&1)" "$3"
}
bad "a script" 's|</main>|<script>1</script></main>|' "there is a <script>"
bad "a handler" 's|<main>|<main onclick="x">|' "<main onclick>"
bad "a picture from elsewhere" \
	's|</main>|<img src="https://example.org/x.png"></main>|' "<img src>"
bad "a link that leads out" 's|href="#m0"|href="//example.org"|' "leads to"
bad "a font from elsewhere" 's|^body {|@import "x"; body {|' "@import"
bad "an element that is not closed" 's|</main>||' "does not close"
bad "a heading of no column" 's|<th scope="col"|<th|' "<th> without scope"
bad "colours that are too faint" 's|--mute: #[0-9a-f]*;|--mute: #aaaaaa;|' \
	"contrast of mute on card"
bad "no policy" 's|Content-Security-Policy|X|' "the policy is"

# ---- in a browser

chromium=$(command -v chromium || command -v chromium-browser ||
	command -v google-chrome)
if [ -z "$chromium" ]; then
	skip "Chromium shows the pages" "there is no chromium"
	tap_done
fi
# show PAGE...
show() {
	python3 "$shower" "$chromium" "$tmp/profile" "$@" 2>&1
}
is "Chromium shows the pages and has nothing to say" \
	"$(show "$tmp"/pages/*.html)" ""
sed -e 's|</main>|<script>1</script><img src="x.png"></main>|' \
	-e 's|media screen and (max|media (max|' \
	-e 's|prefers-color-scheme: dark|prefers-color-scheme: blue|' \
	-e 's|<h2|<p style="width: 500px">wide</p><h2|' \
	"$tmp/pages/real.html" >"$tmp/bad.html"
said=$(show "$tmp/bad.html")
has "it tells of what the policy forbids" "$said" "Content Security Policy"
has "it tells of a telephone's table on paper" "$said" \
	"print: the table's head is"
has "it tells of a page that stays light" "$said" "dark, 1200: the background"
has "it tells of what is too wide" "$said" "light, 360: ends beyond the window"
tap_done
