/* Roles and colours; see theme.h. */
#include "screen/theme.h"

#include "base/auto.h"

/* the eight colours that every coloured terminal has */
enum {
	OWN = -1,
	BLACK,
	RED,
	GREEN,
	YELLOW,
	BLUE,
	MAGENTA,
	CYAN,
	WHITE,
};

static const struct theme {
	char letter;
	struct look none, eight, many;
} themes[] = {
	[ROLE_PLAIN] = { '.',
			 { OWN, OWN, 0 },
			 { OWN, OWN, 0 },
			 { OWN, OWN, 0 } },
	[ROLE_DIM] = { 'd',
		       { OWN, OWN, LOOK_DIM },
		       { OWN, OWN, LOOK_DIM },
		       { 244, OWN, 0 } },
	[ROLE_TITLE] = { 't',
			 { OWN, OWN, LOOK_BOLD },
			 { OWN, OWN, LOOK_BOLD },
			 { OWN, OWN, LOOK_BOLD } },
	[ROLE_LABEL] = { 'l',
			 { OWN, OWN, 0 },
			 { CYAN, OWN, 0 },
			 { 37, OWN, 0 } },
	[ROLE_HEADING] = { 'h',
			   { OWN, OWN, LOOK_REVERSE },
			   { BLACK, GREEN, 0 },
			   { 16, 72, 0 } },
	[ROLE_SORTED] = { 's',
			  { OWN, OWN, LOOK_REVERSE | LOOK_BOLD },
			  { BLACK, CYAN, 0 },
			  { 16, 80, LOOK_BOLD } },
	[ROLE_NOTABLE] = { 'n',
			   { OWN, OWN, LOOK_BOLD },
			   { RED, OWN, LOOK_BOLD },
			   { 203, OWN, LOOK_BOLD } },
	[ROLE_TAGGED] = { 'g',
			  { OWN, OWN, LOOK_UNDERLINE },
			  { YELLOW, OWN, LOOK_BOLD },
			  { 221, OWN, LOOK_BOLD } },
	[ROLE_USER] = { 'u',
			{ OWN, OWN, 0 },
			{ GREEN, OWN, 0 },
			{ 71, OWN, 0 } },
	[ROLE_SYSTEM] = { 'y',
			  { OWN, OWN, LOOK_BOLD },
			  { RED, OWN, 0 },
			  { 167, OWN, 0 } },
	[ROLE_OTHER] = { 'o',
			 { OWN, OWN, LOOK_DIM },
			 { MAGENTA, OWN, 0 },
			 { 140, OWN, 0 } },
	[ROLE_GRAPH] = { 'p',
			 { OWN, OWN, 0 },
			 { CYAN, OWN, 0 },
			 { 75, OWN, 0 } },
	[ROLE_WARNING] = { 'w',
			   { OWN, OWN, LOOK_BOLD },
			   { YELLOW, OWN, 0 },
			   { 214, OWN, 0 } },
	[ROLE_KEY] = { 'k', { OWN, OWN, 0 }, { OWN, OWN, 0 }, { OWN, OWN, 0 } },
	[ROLE_KEY_NAME] = { 'K',
			    { OWN, OWN, LOOK_REVERSE },
			    { BLACK, CYAN, 0 },
			    { 16, 73, 0 } },
	[ROLE_PROMPT] = { 'P',
			  { OWN, OWN, LOOK_BOLD },
			  { OWN, OWN, LOOK_BOLD },
			  { OWN, OWN, LOOK_BOLD } },
	[ROLE_CHOSEN] = { 'c',
			  { OWN, OWN, LOOK_REVERSE },
			  { BLACK, CYAN, 0 },
			  { 16, 80, 0 } },
};
_Static_assert(ARRAY_LEN(themes) == ROLES, "every role has a look");

struct look theme_look(enum role role, int colors)
{
	const struct theme *t = &themes[role];

	return colors >= 256 ? t->many : colors >= 8 ? t->eight : t->none;
}

char theme_letter(enum role role)
{
	return themes[role].letter;
}
