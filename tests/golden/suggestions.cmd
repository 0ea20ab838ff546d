try tacho stta
try tacho lsit
try tacho docter
try tacho gzip file
try tacho --hepl
try tacho stat --fromat=json true
try tacho stat --per-croe -a true
try tacho stat --intervall-print 10 true
try tacho stat --zzz true
try tacho stat -Z true
try tacho stat -dZ true
try tacho list --sysrot x
try tacho doctor --verbos
