#!/bin/sh
# What the report says of how the program was built.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting
command -v "${CC:=gcc}" >/dev/null || skip_all "no $CC to build programs with"
case $("$CC" --version) in
*clang*) skip_all "$CC is clang, which records no level" ;;
esac
echo 'int main(int c, char **v) { int s = 0; for (int i = 0; i < c * 9; i++)
	s += i ^ v[0][0]; return s == 1; }' >"$tmp/prog.c"

# build FLAGS...: make $tmp/prog
build() {
	(cd "$tmp" && "$CC" -Wl,--build-id=0x0123456789abcdef "$@" \
		-o prog prog.c 2>"$tmp/why") || skip_all "$(cat "$tmp/why")"
}
# text [OPTIONS]: the lines about the build of a run
text() {
	(cd "$tmp" && "$tacho" stat -e page-faults:u -o - "$@" |
		sed -n -e 's/^  build: /build /p' -e 's/^  warning: /warning /p')
}

build -O2 -g
"$tacho" stat --format json -o "$tmp/json" -e page-faults:u "$tmp/prog"
case $(cat "$tmp/json") in
*'cannot load'* | *'without libdw'*) skip_all "there is no libdw here" ;;
esac
is "an optimised build is named" "$(text ./prog | sed 's/[0-9.]* -O2/V -O2/')" \
	"build ./prog, gcc V -O2, not stripped, build-id 0123456789ab..."
has "JSON has the build-id" "$(cat "$tmp/json")" \
	'"build_id": "0123456789abcdef"'
has "JSON has the level" "$(cat "$tmp/json")" \
	'"verdict": "optimised", "level": "-O2"'
has "JSON has the path" "$(cat "$tmp/json")" "\"path\": \"$tmp/prog\""
is "a program is found by PATH" "$(PATH=$tmp:$PATH text prog)" \
	"$(text "$tmp/prog")"
is "with repeats it is said once" "$(text -r 3 ./prog)" "$(text ./prog)"

build -O0 -g
out=$(text ./prog)
has "an unoptimised build is named" "$out" " -O0, not stripped"
has "an unoptimised build is warned of" "$out" \
	"warning ./prog was built without optimisation (gcc -O0): "
has "with intervals, too" "$(text -I 1000 ./prog)" "built without optimisation"
"$tacho" stat --format json -o "$tmp/json" -e page-faults:u "$tmp/prog"
has "JSON has the warning" "$(sed -n '/^"notes"/,$p' "$tmp/json")" \
	"built without optimisation (gcc -O0)"
"$tacho" stat --format markdown -o "$tmp/markdown" -e page-faults:u "$tmp/prog"
has "markdown has the warning" "$(cat "$tmp/markdown")" \
	"built without optimisation (gcc -O0)"
for f in '-x,' -j '--format=csv'; do
	"$tacho" stat $f -o "$tmp/other" -e page-faults:u "$tmp/prog"
	hasnt "$f says nothing of it" "$(cat "$tmp/other")" optimisation
	hasnt "$f has no build-id" "$(cat "$tmp/other")" 0123456789ab
done

# -p: the executable of the process, kept although its name is gone
cp "$victim" "$tmp/serve"
mkfifo "$tmp/to" "$tmp/from"
exec 7<>"$tmp/to" 8<>"$tmp/from"
"$tmp/serve" serve <"$tmp/to" >"$tmp/from" 7>&- 8>&- &
served=$!
started $served
read -r word <&8
rm "$tmp/serve"
"$tacho" stat --format json -o "$tmp/json" -e page-faults:u --timeout 100 \
	-p $served,$served 2>"$tmp/err"
has "-p: the executable is named" "$(cat "$tmp/json")" \
	"\"name\": \"$tmp/serve\""
has "-p: it is looked at although it was deleted" "$(cat "$tmp/json")" \
	'"kind": "elf"'
is "-p: it is there once" "$(grep -c "\"name\": \"$tmp/serve\"" "$tmp/json")" 1

if may_count_cpus; then
	"$tacho" stat --format json -o "$tmp/json" -e page-faults:u -a \
		"$tmp/prog"
	has "-a: nothing is said of the command" "$(cat "$tmp/json")" \
		'"binaries": []'
else
	skip "-a: nothing is said of the command" "$no_cpus"
fi

# a program that is replaced while it runs
build -O2 -g
cat >"$tmp/replace.sh" <<END
#!/bin/sh
i=0
while [ \$i -lt 50 ]; do
	touch "$tmp/replace.sh"
	i=\$((i + 1))
done
END
chmod +x "$tmp/replace.sh"
"$tacho" stat --format json -o "$tmp/json" -e page-faults:u "$tmp/replace.sh"
has "what changed meanwhile is not looked at" "$(cat "$tmp/json")" \
	'"reason": "the file changed while it was measured"'

# nothing of a program that comes with the system
strip -o "$tmp/plain" "$tmp/prog" 2>"$tmp/err" ||
	cp "$(command -v true)" "$tmp/plain"
is "a stripped program is no news" "$(text ./plain)" ""
tap_done
