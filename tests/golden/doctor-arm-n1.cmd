tacho doctor --sysroot tests/machines/arm-n1
