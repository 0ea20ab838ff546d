tacho list --sysroot tests/machines/arm-n2 tables
