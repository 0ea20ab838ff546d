tacho doctor --help
