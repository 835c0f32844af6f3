// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault injection by where the asking code is, and the kmem tracepoints, which are told of
 * a refused allocation too.
 */
#include "guest_refusal.h"

#define FAILSLAB	"/sys/kernel/debug/failslab/"
#define FAIL_PAGES	"/sys/kernel/debug/fail_page_alloc/"
#define FAIL_USERCOPY	"/sys/kernel/debug/fail_usercopy/"
#define FAIL_NTH	"/proc/self/fail-nth"
#define SECTIONS	"/sys/module/cxl_switch_cci/sections/"
#define KMEM		GUEST_TRACING "/events/kmem/"
#define RESULT		"/out/refused-sites"

/*
 * Frames between an allocation and the module: its own, and those of what it calls, not
 * what interrupts deep in the kernel want, whose files in proc are warned of when refused.
 */
#define NEAR		7
/* To anything that a function of the kernel calls. */
#define FAR		16
/* As near, and two of the module's between those and who calls its init function. */
#define NEAR_INIT	9

#define SITES_MAX	256

struct range {
	unsigned long long start, end;
};

static const struct range nowhere = { 1, 2 };

static const char *const sections[] = { ".text", ".init.text", ".exit.text" };
/* Where they are, or were when the module went; 0: a module that is being loaded does not say. */
static unsigned long long section_start[ARRAY_SIZE(sections)];

static void write_or_fail(const char *path, const char *text)
{
	int rc = guest_write_file(path, text);

	if (rc)
		fail_msg("%s: %s", path, strerror(rc));
}

static void set(const char *folder, const char *name, const char *format, unsigned long long value)
{
	char path[96], text[32];

	snprintf(path, sizeof(path), "%s%s", folder, name);
	snprintf(text, sizeof(text), format, value);
	write_or_fail(path, text);
}

/* ---- what is refused ---- */

static void only_under(const char *folder, const struct range *range, unsigned int depth)
{
	set(folder, "require-start", "0x%llx", range->start);
	set(folder, "require-end", "0x%llx", range->end);
	set(folder, "stacktrace-depth", "%llu", depth);
}

/* Where the module's code is, from "NAME SIZE USERS LIST STATE ADDRESS". */
static struct range module_range(void)
{
	unsigned long long size = 0, address = 0;
	char line[512];
	FILE *modules = fopen("/proc/modules", "r");

	assert_non_null(modules);
	while (!address && fgets(line, sizeof(line), modules))
		if (!strncmp(line, "cxl_switch_cci ", 15))
			sscanf(line, "%*s %llu %*s %*s %*s %llx", &size, &address);
	fclose(modules);
	assert_int_not_equal(address, 0);
	return (struct range){ address, address + size };
}

static void learn_sections(void)
{
	char path[96], line[32];

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		snprintf(path, sizeof(path), SECTIONS "%s", sections[i]);
		guest_read_line(path, line, sizeof(line));
		section_start[i] = strtoull(line, NULL, 16);
		assert_int_not_equal(section_start[i], 0);
	}
}

static void forget_sections(void)
{
	memset(section_start, 0, sizeof(section_start));
}

/* A function of the kernel: from it to the next symbol. */
static struct range function_range(const char *function)
{
	struct range range = { 0, 0 };
	unsigned long long address;
	char line[512], name[256];
	FILE *symbols = fopen("/proc/kallsyms", "r");

	assert_non_null(symbols);
	while (!range.end && fgets(line, sizeof(line), symbols)) {
		if (sscanf(line, "%llx %*c %255s", &address, name) != 2)
			continue;
		if (range.start && address > range.start)
			range.end = address;
		if (!range.start && !strcmp(name, function))
			range.start = address;
	}
	fclose(symbols);
	if (!range.end)
		fail_msg("the kernel has no %s()", function);
	return range;
}

/* kmemleak notes down each allocation in one of its own: each would be refused twice. */
static void not_for_kmemleak(void)
{
	struct range range = function_range("__alloc_object");

	set(FAILSLAB, "reject-start", "0x%llx", range.start);
	set(FAILSLAB, "reject-end", "0x%llx", range.end);
}

void guest_refuse_slabs(void)
{
	struct range range = module_range();

	learn_sections();
	only_under(FAIL_PAGES, &nowhere, NEAR);
	only_under(FAILSLAB, &range, NEAR);
}

void guest_refuse_pages(void)
{
	struct range range = module_range();

	learn_sections();
	only_under(FAILSLAB, &nowhere, NEAR);
	only_under(FAIL_PAGES, &range, NEAR);
}

void guest_refuse_while_loading(void)
{
	static struct range range;

	if (!range.end)
		range = function_range("do_one_initcall");
	forget_sections();
	only_under(FAIL_PAGES, &nowhere, NEAR);
	only_under(FAILSLAB, &range, NEAR_INIT);
}

void guest_refuse_within(const char *function)
{
	struct range range = function_range(function);

	learn_sections();
	only_under(FAIL_PAGES, &nowhere, NEAR);
	only_under(FAILSLAB, &range, FAR);
}

void guest_refuse(unsigned int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", nth);
	write_or_fail(FAIL_NTH, text);
}

bool guest_was_refused(void)
{
	char left[16];

	guest_read_line(FAIL_NTH, left, sizeof(left));
	guest_refuse(0);
	return !strcmp(left, "0");
}

void guest_refuse_all(bool on)
{
	set(FAILSLAB, "times", "%lld", -1);
	set(FAILSLAB, "interval", "%llu", 1);
	set(FAILSLAB, "probability", "%llu", on ? 100 : 0);
}

/* ---- which calls were refused ---- */

/* One traced refusal: who asked the allocator, for how much. */
struct refusal {
	char asked_by[128];
	unsigned long bytes;
	bool noted;
};

/* What the driver's allocations are noted down in, by the kernel's detectors, is not its own. */
#define NOT_OF_DETECTORS	"name != \"kmemleak_object\" && name != \"debug_objects_cache\""

static void trace_refusals(const char *on)
{
	write_or_fail(KMEM "kmalloc/filter", "ptr == 0");
	write_or_fail(KMEM "kmem_cache_alloc/filter", "ptr == 0 && " NOT_OF_DETECTORS);
	write_or_fail(GUEST_TRACING "/options/stacktrace", on);
	write_or_fail(GUEST_TRACING "/options/sym-offset", on);
	write_or_fail(GUEST_TRACING "/options/sym-addr", on);
	write_or_fail(KMEM "kmalloc/enable", on);
	write_or_fail(KMEM "kmem_cache_alloc/enable", on);
}

void guest_refusals_begin(void)
{
	set(FAILSLAB, "ignore-gfp-wait", "%llu", 0);
	set(FAILSLAB, "verbose", "%llu", 0);
	not_for_kmemleak();
	set(FAIL_PAGES, "ignore-gfp-wait", "%llu", 0);
	set(FAIL_PAGES, "verbose", "%llu", 0);
	/* what a slab is made of is its own matter */
	set(FAIL_PAGES, "min-order", "%llu", 2);
	only_under(FAIL_USERCOPY, &nowhere, NEAR);
	trace_refusals("1");
	guest_trace_empty();
}

void guest_refusals_end(void)
{
	guest_refuse(0);
	guest_refuse_all(false);
	trace_refusals("0");
}

/* The section with @address, and how far into it; 'page' if that is all that can be told. */
static const char *find_section(unsigned long long address, unsigned long long *offset)
{
	const char *found = "page";

	*offset = address & 0xfff;
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		unsigned long long into = address - section_start[i];

		if (!section_start[i] || section_start[i] > address)
			continue;
		if (!strcmp(found, "page") || into < *offset) {
			found = sections[i];
			*offset = into;
		}
	}
	return found;
}

static void note(const char *line)
{
	static char noted[SITES_MAX][128];
	static size_t count;
	FILE *result;

	for (size_t i = 0; i < count; i++)
		if (!strcmp(noted[i], line))
			return;
	assert_true(count < SITES_MAX);
	snprintf(noted[count++], sizeof(noted[0]), "%s", line);
	result = fopen(RESULT, "a");
	assert_non_null(result);
	fprintf(result, "%s\n", line);
	fclose(result);
}

/* A frame of the module: "NAME+OFFSET/SIZE [MODULE] <ADDRESS>", or "ADDRESS <ADDRESS>". */
static void note_frame(const struct refusal *refusal, const char *frame)
{
	const char *how = strncmp(frame, refusal->asked_by, strlen(refusal->asked_by)) ?
			  "inside" : "direct";
	unsigned long long address = strtoull(strrchr(frame, '<') + 1, NULL, 16), offset;
	const char *section = find_section(address, &offset);
	char line[128];

	snprintf(line, sizeof(line), "%s %llx %s %lu %.*s", section, offset, how, refusal->bytes,
		 (int)strcspn(frame, "/ "), frame);
	note(line);
}

static void begin_refusal(struct refusal *refusal, const char *event)
{
	const char *by = strstr(event, "call_site="), *bytes = strstr(event, "bytes_req=");

	assert_non_null(bytes);
	by += strlen("call_site=");
	snprintf(refusal->asked_by, sizeof(refusal->asked_by), "%.*s", (int)strcspn(by, " "), by);
	refusal->bytes = strtoul(bytes + strlen("bytes_req="), NULL, 10);
	refusal->noted = false;
}

/* The kernel's own code has names, a module's that is gone has none. */
static bool is_of_module(const char *frame)
{
	return !strncmp(frame, "0x", 2) || strstr(frame, "[cxl_switch_cci]");
}

void guest_note_refusals(void)
{
	struct refusal refusal = { .noted = true };
	char line[512];
	FILE *trace = guest_trace();

	while (fgets(line, sizeof(line), trace)) {
		if (strstr(line, "call_site=")) {
			begin_refusal(&refusal, line);
		} else if (!refusal.noted && !strncmp(line, " => ", 4) && is_of_module(line + 4)) {
			note_frame(&refusal, line + 4);
			refusal.noted = true;
		}
	}
	fclose(trace);
	guest_trace_empty();
}
