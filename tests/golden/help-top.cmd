tacho top --help
