TZ=UTC tacho top -b --replay tests/recordings/incident.ticks --columns pid,cpu,command --keep-dead 3 --filter "cc1|make" --hide-idle
