libtacho_a_SOURCES += \
	src/record/ceilings.c \
	src/record/ceilings.h \
	src/record/binary.c \
	src/record/binary.h \
	src/record/binary_dwarf.c \
	src/record/binary_dwarf.h \
	src/record/binary_elf.c \
	src/record/binary_elf.h \
	src/record/build_unit.c \
	src/record/build_unit.h \
	src/record/elf_image.c \
	src/record/elf_image.h \
	src/record/producer.c \
	src/record/producer.h \
	src/record/reading.c \
	src/record/reading.h \
	src/record/run.c \
	src/record/run.h \
	src/record/spread.c \
	src/record/spread.h
