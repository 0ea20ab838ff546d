tacho doctor --sysroot tests/machines/riscv-u74
