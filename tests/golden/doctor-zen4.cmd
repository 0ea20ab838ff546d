tacho doctor --sysroot tests/machines/zen4
