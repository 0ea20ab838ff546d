tacho loop --help
