# Machines for --sysroot: each is a tree of the files that are read of one.
# These are small ones, with the contents that Linux 6.1 gives on such hardware
# (gnr: 6.12, riscv-u74: 6.6, zen5: 6.15); record.sh takes a full one from the
# machine it runs on.
MACHINES = \
	tests/machines/adl-hybrid \
	tests/machines/arm-n1 \
	tests/machines/arm-n2 \
	tests/machines/gnr \
	tests/machines/icx \
	tests/machines/riscv-u74 \
	tests/machines/skx-2s \
	tests/machines/spr \
	tests/machines/spr-guest \
	tests/machines/vm-nopmu \
	tests/machines/zen4 \
	tests/machines/zen5

EXTRA_DIST += $(MACHINES) \
	tests/machines/record.sh
