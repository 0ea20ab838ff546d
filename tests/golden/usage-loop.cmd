try tacho loop no-such-loop
try tacho loop add-chian
try tacho loop sleep again
try tacho loop --iterations 0 sleep
try tacho loop --seconds -1 sleep
try tacho loop --size 12X chase-l1
try tacho loop --size 1M sleep
try tacho loop --size 64 --iterations 1 chase-l1
