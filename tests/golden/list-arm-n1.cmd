tacho list --sysroot tests/machines/arm-n1 hw sw cache tables pmu metrics
