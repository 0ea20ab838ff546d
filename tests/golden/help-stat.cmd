tacho stat --help
