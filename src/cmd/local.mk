libtacho_a_SOURCES += \
	src/cmd/cmd.c \
	src/cmd/cmd.h \
	src/cmd/doctor.c \
	src/cmd/opt.c \
	src/cmd/opt.h
