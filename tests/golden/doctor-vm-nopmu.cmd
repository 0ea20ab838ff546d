tacho doctor --sysroot tests/machines/vm-nopmu
