tacho doctor --sysroot tests/machines/adl-hybrid
