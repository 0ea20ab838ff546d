tacho list --sysroot tests/machines/zen4 hw sw cache tables pmu metrics
