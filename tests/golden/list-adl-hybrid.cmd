tacho list --sysroot tests/machines/adl-hybrid hw sw cache tables pmu metrics
