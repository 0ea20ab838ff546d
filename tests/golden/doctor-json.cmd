tacho doctor --format json --sysroot tests/machines/adl-hybrid
