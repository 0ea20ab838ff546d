libtacho_a_SOURCES += \
	src/record/ceilings.c \
	src/record/ceilings.h \
	src/record/reading.c \
	src/record/reading.h \
	src/record/run.c \
	src/record/run.h \
	src/record/spread.c \
	src/record/spread.h
