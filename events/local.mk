# The files of events/ are compiled into the program: one binary is enough.
EVENT_FILES =

EXTRA_DIST += $(EVENT_FILES)
