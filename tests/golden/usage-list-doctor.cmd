try tacho list --format yaml
try tacho list --sysroot /no/such/directory
try tacho list --sysroot
try tacho list --sysroot tests/machines/zen4 no-such-name-at-all
try tacho list --sysroot tests/machines/zen4 -v no-such-name-at-all
try tacho doctor --format yaml
try tacho doctor --sysroot /no/such/directory
try tacho doctor something
try tacho doctor --calibrate --sysroot tests/machines/zen4
