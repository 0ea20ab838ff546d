tacho report --help
