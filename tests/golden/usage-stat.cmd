try tacho stat
try tacho stat --
try tacho stat -e
try tacho stat -e page-faults
try tacho stat --event
try tacho stat --format
try tacho stat --format=
try tacho stat --format yaml true
try tacho stat --help=yes
try tacho stat --per-core=1 -a true
try tacho stat -r
try tacho stat -r '' true
try tacho stat -r x true
try tacho stat -r 0 true
try tacho stat -r 1.5 true
try tacho stat -r 100001 true
try tacho stat -r 99999999999999999999 true
try tacho stat --repeat=-1 true
try tacho stat --warmup=-1 true
try tacho stat -I 0 true
try tacho stat -I -5 true
try tacho stat -I 86400001 true
try tacho stat --interval-count 0 -I 10 true
try tacho stat --timeout 0 true
try tacho stat -D -2 true
try tacho stat -D x true
try tacho stat --min-running 101 true
try tacho stat --min-running -1 true
try tacho stat --min-running nan true
try tacho stat --min-running x true
try tacho stat -a -A --per-core true
try tacho stat --per-thread --per-node -a true
for o in -A --per-core --per-die --per-socket --per-node; do
	try tacho stat $o true
	try tacho stat $o -p 1
done
try tacho stat --per-thread true
try tacho stat --per-thread -C 0 true
try tacho stat --per-thread -G x true
try tacho stat -p 1 -a
try tacho stat -t 1 -C 0
try tacho stat -p 1 -G x
try tacho stat -r 3 -p 1
try tacho stat --warmup 3 -p 1
try tacho stat -D -1 true
try tacho stat -x, -j true
try tacho stat -x, --format text true
try tacho stat --format text -j true
try tacho stat -x '' true
try tacho stat --append true
try tacho stat --append -o - true
try tacho stat --append -o x --format json true
try tacho stat --interval-count 3 true
try tacho stat --summary true
try tacho stat --table true
try tacho stat --table -r 1 true
try tacho stat --color true
try tacho stat --color=maybe true
try tacho stat -n -e page-faults true
try tacho stat -n -d true
try tacho stat -p x
try tacho stat -p 0
try tacho stat -p -3
try tacho stat -p ''
try tacho stat -t 1x
try tacho stat -C x true
try tacho stat -C 3-1 true
try tacho stat -C '' true
try tacho stat -G '' true
try tacho stat --events /no/such/directory true
