// SPDX-License-Identifier: GPL-2.0-only
/*
 * vendor.awk with hostile files: it accepts what a strict parser of the format
 * accepts, and names the first invalid line. Each input starts awk, so it is slow;
 * its corpus matters more than its speed.
 */
#include "fuzz.h"

#include <ctype.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE_MOST	2000
#define ROWS_MOST	16
#define FIELDS		7

static char seen[ROWS_MOST][16];
static int rows;

static bool is_hex(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF");

	return digits >= 1 && digits <= 4 && !text[digits];
}

static bool is_length(const char *text, double *value)
{
	if (!*text || text[strspn(text, "0123456789")])
		return false;
	*value = strtod(text, NULL);
	return *value <= 1048576;
}

static char *trimmed(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length && strchr(" \t", text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool is_new(const char *vendor, const char *device, const char *opcode)
{
	char key[16];

	snprintf(key, sizeof(key), "%s:%s:%s", vendor, device, opcode);
	for (char *c = key; *c; c++)
		*c = (char)tolower(*c);
	for (int i = 0; i < rows; i++)
		if (!strcmp(seen[i], key))
			return false;
	if (rows == ROWS_MOST)
		return false;
	memcpy(seen[rows++], key, sizeof(key));
	return true;
}

static bool fields_are_good(char **field)
{
	static const char *const impacts[] = { "QUERY", "SETTING", "PROVISION", "DESTRUCTIVE" };
	char *device = strchr(field[0], ':');
	double least, most;
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(impacts); i++)
		known |= !strcmp(field[5], impacts[i]);
	if (!known || !device)
		return false;
	*device++ = '\0';
	if (!is_hex(field[0]) || !is_hex(device) || !is_hex(field[1]) || strlen(field[1]) != 4 ||
	    !strchr("cdefCDEF", field[1][0]))
		return false;
	if (!is_length(field[3], &least) || !is_length(field[4], &most) || least > most)
		return false;
	return is_new(field[0], device, field[1]);
}

static bool line_is_good(char *line)
{
	char *field[FIELDS], *rest;
	size_t length = strlen(line);
	int n = 0;

	if (strchr("#", line[strspn(line, " \t")]))	/* or the end of the line */
		return true;
	if (length && line[length - 1] == '\r')
		line[length - 1] = '\0';
	for (rest = line; rest; n++) {
		if (n == FIELDS)
			return false;
		field[n] = trimmed(strsep(&rest, ","));
		if (!*field[n] || strpbrk(field[n], "\"\\"))
			return false;
	}
	return n == FIELDS && fields_are_good(field);
}

/* 0, or the first line that is wrong. */
static int first_bad_line(char *text)
{
	int number = 0;

	rows = 0;
	while (text && *text) {
		char *line = strsep(&text, "\n");

		number++;
		if (!line_is_good(line))
			return number;
	}
	return 0;
}

static char path[128];
static int file = -1;

/* Exit code; what awk complained of is in @said. */
static int run_awk(char *said, size_t room)
{
	char command[1024];
	size_t length;
	FILE *awk;

	snprintf(command, sizeof(command), "LC_ALL=C awk -f '%s' %s 2>&1 >/dev/null", VENDOR_AWK,
		 path);
	awk = popen(command, "r");
	HOLDS(awk);
	length = fread(said, 1, room - 1, awk);
	said[length] = '\0';
	return WEXITSTATUS(pclose(awk));
}

static void remove_file(void)
{
	unlink(path);
}

static void make_file(void)
{
	const char *parent = getenv("TMPDIR");

	snprintf(path, sizeof(path), "%s/vendor-csv-XXXXXX", parent ? parent : "/tmp");
	file = mkstemp(path);
	HOLDS(file >= 0);
	atexit(remove_file);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static char text[SIZE_MOST + 1], said[4096], wanted[192];
	int bad, status;

	/* no reader of lines is asked about NUL */
	if (size > SIZE_MOST || memchr(data, 0, size))
		return 0;
	if (file < 0)
		make_file();
	HOLDS(!ftruncate(file, 0) && pwrite(file, data, size, 0) == (ssize_t)size);
	status = run_awk(said, sizeof(said));
	memcpy(text, data, size);
	text[size] = '\0';
	bad = first_bad_line(text);
	if (!bad) {
		HOLDS(!status && !*said);
		return 0;
	}
	snprintf(wanted, sizeof(wanted), "%s:%d: ", path, bad);
	HOLDS(status == 1 && !strncmp(said, wanted, strlen(wanted)));
	return 0;
}
