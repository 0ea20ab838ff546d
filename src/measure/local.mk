libtacho_a_SOURCES += \
	src/measure/control.c \
	src/measure/control.h
