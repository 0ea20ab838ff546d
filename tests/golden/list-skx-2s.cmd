tacho list --sysroot tests/machines/skx-2s hw sw cache tables pmu metrics
