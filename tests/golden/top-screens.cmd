tacho top --list-screens
