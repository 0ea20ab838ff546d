tacho list --sysroot tests/machines/vm-nopmu hw sw cache tables pmu metrics
