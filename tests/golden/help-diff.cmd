tacho diff --help
