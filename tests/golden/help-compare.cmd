tacho compare --help
