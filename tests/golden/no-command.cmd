tacho
