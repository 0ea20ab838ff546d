libtacho_a_SOURCES += \
	src/record/reading.h \
	src/record/run.h
