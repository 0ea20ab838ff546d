tacho list --help
