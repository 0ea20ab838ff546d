tacho doctor --sysroot tests/machines/skx-2s
