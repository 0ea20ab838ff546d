TZ=UTC tacho top -b --replay tests/recordings/incident.ticks -n 2 -H --screen branch --sort -cpu
