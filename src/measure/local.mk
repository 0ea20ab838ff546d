libtacho_a_SOURCES +=
