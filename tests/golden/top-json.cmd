TZ=UTC tacho top -b --replay tests/recordings/incident.ticks -n 3 --format json
