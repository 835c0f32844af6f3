/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An error for a person and for a program: message, hint, exit code. It does
 * not depend on what the tool was doing.
 */
#ifndef CXL_SWITCH_TOOL_FAILURE_H
#define CXL_SWITCH_TOOL_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

/* Exit codes; main.c documents them in --help. Never renumber. */
enum result {
	RESULT_OK = 0,
	RESULT_INTERNAL = 1,
	RESULT_USAGE = 2,
	RESULT_NO_DEVICE = 3,
	RESULT_REFUSED = 4,
	RESULT_DEVICE_ERROR = 5,
	RESULT_PARTIAL = 6,
	RESULT_IO = 7,
	RESULT_PROBLEM = 8,
	RESULT_ABORTED = 9,
	RESULT_LOST = 10,
	RESULT_TIMEOUT = 11,
};

#define NO_STAGE	(-1)
#define NO_RETURN_CODE	(-1)

/**
 * struct failure - one error
 * @result: exit code if nothing else succeeded
 * @error: errno, 0 if there is none
 * @stage: enum cxl_switch_cci_stage, or NO_STAGE if no command was involved
 * @return_code: of the component that returned an error, or NO_RETURN_CODE
 * @arrived: @return_code is from the destination, not from a tunnel on the way
 * @reason: enum cxl_switch_cci_reason
 * @refusing: 1 << reason of every gate that refuses
 * @told: a person has read it already, as part of the report
 * @message: one sentence without a full stop that names the thing
 * @hint: what the person can do, empty if there is nothing
 */
struct failure {
	enum result result;
	int error;
	int stage;
	int return_code;
	bool arrived;
	int reason;
	uint32_t refusing;
	bool told;
	char message[320];
	char hint[1600];
};

/* Both return @result, so that a caller can write "return fail_with(...)". */
enum result fail_with(struct failure *failure, enum result result, int error,
		      const char *format, ...)
	__attribute__((format(printf, 4, 5)));
enum result fail_memory(struct failure *failure);

void failure_hint(struct failure *failure, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "ENOENT", or "errno 999" for a number that libc does not know. */
const char *errno_name(int error);

#endif
