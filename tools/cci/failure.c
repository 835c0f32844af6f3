// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills a struct failure. It does not print: session.c does.
 */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum result fail_with(struct failure *failure, enum result result, int error,
		      const char *format, ...)
{
	va_list args;

	*failure = (struct failure){
		.result = result,
		.error = error,
		.stage = NO_STAGE,
		.return_code = NO_RETURN_CODE,
	};
	va_start(args, format);
	vsnprintf(failure->message, sizeof(failure->message), format, args);
	va_end(args);
	return result;
}

enum result fail_memory(struct failure *failure)
{
	return fail_with(failure, RESULT_INTERNAL, ENOMEM, "out of memory");
}

void failure_hint(struct failure *failure, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(failure->hint, sizeof(failure->hint), format, args);
	va_end(args);
}

const char *errno_name(int error)
{
	static char unknown[24];
	const char *name = strerrorname_np(error);

	if (name)
		return name;
	snprintf(unknown, sizeof(unknown), "errno %d", error);
	return unknown;
}
