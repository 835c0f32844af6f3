// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words, numbers and bounded replies, for the fabric file and the control
 * language. Knows the meaning of none of them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Decimal or 0x; the whole text, nothing but the number. */
int parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (!text || *text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || *end ? -EINVAL : 0;
}

unsigned int split_words(char *line, char **words, unsigned int max)
{
	unsigned int n = 0;
	char *save = NULL, *word;

	for (word = strtok_r(line, " \t\r\n", &save); word && n < max;
	     word = strtok_r(NULL, " \t\r\n", &save)) {
		if (*word == '#')
			break;
		words[n++] = word;
	}
	return n;
}

void append(char *reply, size_t size, const char *format, ...)
{
	size_t used = strnlen(reply, size);
	va_list args;

	if (used + 1 >= size)
		return;
	va_start(args, format);
	vsnprintf(reply + used, size - used, format, args);
	va_end(args);
}

/* xorshift: garbage that is the same in every run */
uint64_t model_random(struct model *model)
{
	model->random ^= model->random << 13;
	model->random ^= model->random >> 7;
	model->random ^= model->random << 17;
	return model->random;
}
