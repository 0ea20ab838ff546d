libtacho_a_SOURCES += \
	src/loops/kernels.h \
	src/loops/kernels_arm64.c \
	src/loops/kernels_c.c \
	src/loops/kernels_riscv.c \
	src/loops/kernels_x86.c \
	src/loops/loops.c \
	src/loops/loops.h \
	src/loops/memory.c \
	src/loops/memory.h \
	src/loops/speed.c \
	src/loops/speed.h \
	src/loops/table.c
