// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vendor rows: what vendor.awk generates from valid lines and reports for invalid
 * ones, and that a row applies only to its own identity. The rows in this program
 * are those of vendor_test.csv.
 */
#include "unit.h"

#include <sys/wait.h>
#include <unistd.h>

#include "policy/cel.h"
#include "policy/policy.h"

/* ---- vendor.awk ---- */

static char folder[128], said[4096], made[32768];

static void read_back(const char *name, char *text, size_t room)
{
	char path[192];
	size_t length;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "r");
	assert_non_null(in);
	length = fread(text, 1, room - 1, in);
	assert_true(length < room - 1);
	text[length] = '\0';
	fclose(in);
}

static int shell(const char *command)
{
	int status = system(command);

	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Exit code of awk; what it printed is in said and made. */
static int run_awk(const char *csv)
{
	char path[192], command[1024];
	int status;
	FILE *out;

	snprintf(path, sizeof(path), "%s/rows.csv", folder);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(csv, out);
	fclose(out);
	snprintf(command, sizeof(command), "cd %s && awk -f '%s' rows.csv >made.c 2>said", folder,
		 VENDOR_AWK);
	status = shell(command);
	read_back("said", said, sizeof(said));
	read_back("made.c", made, sizeof(made));
	return status;
}

static void assert_compiles(void)
{
	char command[1024];

	snprintf(command, sizeof(command),
		 "%s -std=gnu11 -Wall -Wextra -Werror -I'%s' -c -o %s/made.o %s/made.c", COMPILER,
		 MODULE_SOURCES, folder, folder);
	assert_int_equal(shell(command), 0);
}

static void assert_taken(const char *csv, const char *row)
{
	assert_int_equal(run_awk(csv), 0);
	assert_string_equal(said, "");
	if (row && !strstr(made, row))
		fail_msg("'%s' is not in:\n%s", row, made);
	assert_compiles();
}

#define GOOD "1234:5678,C001,Get Fan Speed,0,0,QUERY,reads a sensor\n"

static void good_lines(void **state)
{
	assert_taken(GOOD, "{ 0x1234, 0x5678, { .opcode = 0xc001, .name = \"Get Fan Speed\"");
	assert_taken(GOOD, ".length_min = 0, .length_max = 0, .impact = IMPACT_QUERY");
	assert_taken(GOOD, "swcci_vendor_row_count = 1;");
	assert_taken("1:2,ffff,N,0,1048576,DESTRUCTIVE,r\n", "{ 0x1, 0x2, { .opcode = 0xffff");
	assert_taken("AbCd:eF01,c0De,N,7,8,SETTING,r\n", "{ 0xabcd, 0xef01, { .opcode = 0xc0de");
	assert_taken(" 1:2 ,\tC001 , N , 1 , 2 , PROVISION , r\t\n", ".name = \"N\"");
	assert_taken("1:2,C001,N,0,0,QUERY,r\r\n", ".reason = \"r\" }");
	assert_taken("1:2,C001,N,0,0,QUERY,no end of line", "swcci_vendor_row_count = 1;");
}

static void no_rows(void **state)
{
	assert_taken("", "swcci_vendor_row_count = 0;");
	assert_taken("# only\n\n  # comments\n\t\n", "swcci_vendor_row_count = 0;");
}

/* A zero in front is decimal to a reader of the file, and octal to C. */
static void numbers_are_decimal(void **state)
{
	assert_taken("1:2,C001,N,010,0099,QUERY,r\n", ".length_min = 10, .length_max = 99,");
}

static void text_that_means_something_to_c(void **state)
{
	assert_taken("1:2,C001,100 %s %d */ // ' `,0,0,QUERY,/* # $(x) ; é\n",
		     "100 %s %d */ // ' `");
}

static void as_many_as_there_may_be(void **state)
{
	static char csv[4096];
	int length = 0;

	for (int i = 0; i < 16; i++)
		length += snprintf(csv + length, sizeof(csv) - (size_t)length,
				   "1:2,C0%02X,N,0,0,QUERY,r\n", i);
	assert_taken(csv, "swcci_vendor_row_count = 16;");
	snprintf(csv + length, sizeof(csv) - (size_t)length, "1:2,C0FF,N,0,0,QUERY,r\n");
	assert_int_not_equal(run_awk(csv), 0);
	assert_non_null(strstr(said, "rows.csv:17: more than 16"));
}

/* The module's own table, and the example that it shows. */
static void table_of_the_module(void **state)
{
	char command[1024];

	snprintf(command, sizeof(command),
		 "cd %s && sed -n 's/^# \\(1234:5678,\\)/\\1/p' '%s/policy/vendor.csv' >rows.csv && "
		 "test -s rows.csv && awk -f '%s' '%s/policy/vendor.csv' rows.csv >made.c 2>said",
		 folder, MODULE_SOURCES, VENDOR_AWK, MODULE_SOURCES);
	assert_int_equal(shell(command), 0);
	assert_compiles();
}

/* After one valid line and a comment, so the message must name the third line. */
static const struct {
	const char *line, *says;
} bad_lines[] = {
	{ "1:2,C001,N,0,0,QUERY", "expected 7 fields" },
	{ "1:2,C001,N,0,0,QUERY,one, too many", "expected 7 fields" },
	{ "nonsense", "expected 7 fields" },
	{ ",C001,N,0,0,QUERY,r", "field 1 is empty" },
	{ "1:2,,N,0,0,QUERY,r", "field 2 is empty" },
	{ "1:2,C001, ,0,0,QUERY,r", "field 3 is empty" },
	{ "1:2,C001,N,,0,QUERY,r", "field 4 is empty" },
	{ "1:2,C001,N,0,,QUERY,r", "field 5 is empty" },
	{ "1:2,C001,N,0,0,,r", "field 6 is empty" },
	{ "1:2,C001,N,0,0,QUERY,", "field 7 is empty" },
	{ "12,C001,N,0,0,QUERY,r", "expected vid:did" },
	{ "1:2:3,C001,N,0,0,QUERY,r", "expected vid:did" },
	{ "1:,C001,N,0,0,QUERY,r", "must be a hexadecimal number" },
	{ ":2,C001,N,0,0,QUERY,r", "must be a hexadecimal number" },
	{ "12345:2,C001,N,0,0,QUERY,r", "must be a hexadecimal number of at most 4 digits: 12345" },
	{ "1:0x20,C001,N,0,0,QUERY,r", "must be a hexadecimal number" },
	{ "1:-1,C001,N,0,0,QUERY,r", "must be a hexadecimal number" },
	{ "g:2,C001,N,0,0,QUERY,r", "must be a hexadecimal number" },
	{ "1:2,BFFF,N,0,0,QUERY,r", "vendor opcode must be C000 to FFFF: BFFF" },
	{ "1:2,5102,N,0,0,QUERY,r", "vendor opcode must be" },
	{ "1:2,0001,N,0,0,QUERY,r", "vendor opcode must be" },
	{ "1:2,C1,N,0,0,QUERY,r", "vendor opcode must be" },
	{ "1:2,1C001,N,0,0,QUERY,r", "must be a hexadecimal number" },
	{ "1:2,0xC001,N,0,0,QUERY,r", "must be a hexadecimal number" },
	{ "1:2,C00G,N,0,0,QUERY,r", "must be a hexadecimal number" },
	{ "1:2,C001,N,-1,0,QUERY,r", "length must be 0 to 1048576: -1" },
	{ "1:2,C001,N,0,1048577,QUERY,r", "length must be 0 to 1048576: 1048577" },
	{ "1:2,C001,N,0,99999999999999999999,QUERY,r", "length must be" },
	{ "1:2,C001,N,0x1,2,QUERY,r", "length must be" },
	{ "1:2,C001,N,0,1.5,QUERY,r", "length must be" },
	{ "1:2,C001,N,0,1e2,QUERY,r", "length must be" },
	{ "1:2,C001,N,2,1,QUERY,r", "min length exceeds max: 2 > 1" },
	{ "1:2,C001,N,10,9,QUERY,r", "min length exceeds max: 10 > 9" },
	{ "1:2,C001,N,0,0,query,r", "impact must be" },
	{ "1:2,C001,N,0,0,READ,r", "impact must be" },
	{ "1:2,C001,N,0,0,QUERYX,r", "impact must be" },
	{ "1:2,C001,N\",0,0,QUERY,r", "field 3 contains a quote" },
	{ "1:2,C001,N,0,0,QUERY,r\\", "field 7 contains a quote or a backslash" },
	{ "1234:5678,C001,Again,0,4,SETTING,stricter", "duplicate row" },
	{ "1234:5678,c001,Again,0,4,SETTING,stricter", "duplicate row" },
};

static void every_bad_line(void **state)
{
	char csv[512], where[128];

	for (size_t i = 0; i < ARRAY_SIZE(bad_lines); i++) {
		snprintf(csv, sizeof(csv), GOOD "# a comment\n%s\n1:3,C002,N,0,0,QUERY,r\n",
			 bad_lines[i].line);
		snprintf(where, sizeof(where), "rows.csv:3: %s", bad_lines[i].says);
		if (!run_awk(csv))
			fail_msg("taken: %s", bad_lines[i].line);
		if (strncmp(said, where, strlen(where)))
			fail_msg("'%s' wanted for: %s\nsaid: %s", where, bad_lines[i].line, said);
		/* one complaint, one line */
		assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
		assert_null(strstr(made, "swcci_vendor_row_count"));
	}
}

/* ---- the rows of vendor_test.csv ---- */

#define FAN		0xc001
#define SET_FAN		0xc002
#define MOVE_LANES	0xc003
#define FACTORY_RESET	0xffff

static struct swcci_audit at(u16 opcode, u32 length, u16 vendor_id, u16 device_id)
{
	u8 payload[64] = { 0 };
	struct swcci_audit audit;

	assert_true(length <= sizeof(payload));
	swcci_audited_judge(opcode, payload, length, &audit);
	assert_false(audit.audited);		/* by no row of the standard */
	swcci_audited_judge_vendor(opcode, length, vendor_id, device_id, &audit);
	assert_int_equal(audit.by_vendor_row, audit.audited);
	if (!audit.audited)
		assert_int_equal(audit.impact, IMPACT_DESTRUCTIVE);
	return audit;
}

static void at_its_identity(void **state)
{
	assert_int_equal(swcci_vendor_row_count, 6);
	assert_true(at(FAN, 0, 0x1234, 0x5678).audited);
	assert_int_equal(at(FAN, 0, 0x1234, 0x5678).impact, IMPACT_QUERY);
	assert_int_equal(at(SET_FAN, 1, 0x1234, 0x5678).impact, IMPACT_SETTING);
	assert_int_equal(at(MOVE_LANES, 16, 0x1234, 0x5678).impact, IMPACT_PROVISION);
	assert_true(at(FACTORY_RESET, 9, 0x1234, 0x5678).audited);
	assert_int_equal(at(FACTORY_RESET, 9, 0x1234, 0x5678).impact, IMPACT_DESTRUCTIVE);
	/* the same opcode of others */
	assert_true(at(FAN, 2, 0xabcd, 0x0001).audited);
	assert_int_equal(at(FAN, 2, 0xabcd, 0x0001).impact, IMPACT_DESTRUCTIVE);
	assert_int_equal(at(FAN, 1, 0x1234, 0x5679).impact, IMPACT_QUERY);
}

static void nowhere_else(void **state)
{
	for (int bit = 0; bit < 16; bit++) {
		assert_false(at(SET_FAN, 2, (u16)(0x1234 ^ 1 << bit), 0x5678).audited);
		assert_false(at(SET_FAN, 2, 0x1234, (u16)(0x5678 ^ 1 << bit)).audited);
	}
	assert_false(at(SET_FAN, 2, 0x5678, 0x1234).audited);
	assert_false(at(SET_FAN, 2, 0, 0).audited);
	assert_false(at(SET_FAN, 2, 0xffff, 0xffff).audited);
	assert_false(at(SET_FAN, 2, 0xabcd, 0x0001).audited);
	/* the length that another vendor's row has */
	assert_false(at(FAN, 2, 0x1234, 0x5678).audited);
	assert_false(at(FAN, 0, 0xabcd, 0x0001).audited);
	for (u32 length = 0; length <= 8; length++)
		assert_int_equal(at(SET_FAN, length, 0x1234, 0x5678).audited,
				 length >= 1 && length <= 4);
}

/* Whether the destination's identity is worth asking for. */
static void could_be_audited(void **state)
{
	for (u32 length = 0; length <= 8; length++) {
		assert_int_equal(swcci_audited_by_vendor(SET_FAN, length), length >= 1 &&
				 length <= 4);
		assert_int_equal(swcci_audited_by_vendor(FAN, length), length <= 2);
	}
	assert_true(swcci_audited_by_vendor(FACTORY_RESET, 0x100000));
	assert_false(swcci_audited_by_vendor(FACTORY_RESET, 0x100001));
	assert_false(swcci_audited_by_vendor(0xc000, 0));
	assert_false(swcci_audited_by_vendor(0x5102, 2));
}

/* No identity changes what a command of the standard is. */
static void standard_commands_stay(void **state)
{
	u8 payload[2] = { 0, 2 };
	struct swcci_audit audit, before;

	for (u32 opcode = 0; opcode < 0xc000; opcode++)
		for (u32 length = 0; length <= 2; length++) {
			swcci_audited_judge((u16)opcode, payload, length, &before);
			audit = before;
			swcci_audited_judge_vendor((u16)opcode, length, 0x1234, 0x5678, &audit);
			assert_memory_equal(&audit, &before, sizeof(audit));
		}
}

static void rows_by_index(void **state)
{
	int rows = swcci_audited_rows();

	assert_true(rows <= AUDITED_ROWS_MAX);
	assert_null(swcci_audited_row(-1));
	assert_null(swcci_audited_row(rows));
	assert_int_equal(swcci_audited_row(rows - 1)->opcode, FACTORY_RESET);
	assert_int_equal(swcci_audited_row(rows - swcci_vendor_row_count)->opcode, FAN);
	/* all who use an opcode share the place of its effects */
	assert_int_equal(swcci_audited_find(FAN), rows - swcci_vendor_row_count);
	assert_int_equal(at(FAN, 2, 0xabcd, 0x0001).row, swcci_audited_find(FAN));
	assert_int_equal(swcci_audited_find(0xc000), -1);
}

/* Name and reason are those of the row that applied, not of the first with that opcode. */
static void text_by_its_own_row(void **state)
{
	struct swcci_audit audit = at(FAN, 2, 0xabcd, 0x0001);

	assert_string_equal(swcci_audited_row(audit.text_row)->name, "Spin Up Drive");
	audit = at(FAN, 0, 0x1234, 0x5678);
	assert_string_equal(swcci_audited_row(audit.text_row)->name, "Get Fan Speed");
	audit = at(FAN, 0, 0x1234, 0x5679);
	assert_string_equal(swcci_audited_row(audit.text_row)->name, "Get Fan Speeds");
	audit = at(FAN, 0, 0, 0);
	assert_int_equal(audit.text_row, -1);
	swcci_audited_judge(0x5102, (const u8[]){ 0, 0 }, 2, &audit);
	assert_string_equal(swcci_audited_row(audit.text_row)->name, "Physical Port Control");
}

/* What a log says of the opcode, as the driver keeps and looks it up. */
static struct swcci_policy_destination with_effects(u16 opcode, u16 effects)
{
	static struct swcci_cel_effects kept;
	struct swcci_cel_parser parser;
	u8 entry[CEL_ENTRY_LENGTH];
	int row = swcci_audited_find(opcode);

	put_le16(entry, opcode);
	put_le16(entry + 2, effects);
	swcci_cel_begin(&parser, &kept);
	swcci_cel_feed(&parser, entry, sizeof(entry));
	assert_true(swcci_cel_complete(&parser));
	assert_true(swcci_cel_lists(&kept, row));
	return (struct swcci_policy_destination){ .knowledge = POLICY_EFFECTS_READ, .listed = true,
					    .effects = kept.effects[row] };
}

static enum swcci_impact applied(struct swcci_audit audit, u16 opcode, u16 effects)
{
	const struct swcci_policy_destination d = with_effects(opcode, effects);

	swcci_policy_apply_effects(&audit, &d);
	return audit.impact;
}

static void the_log_raises(void **state)
{
	const struct swcci_audit fan = at(FAN, 0, 0x1234, 0x5678);
	const struct swcci_audit set_fan = at(SET_FAN, 1, 0x1234, 0x5678);
	const struct swcci_audit lanes = at(MOVE_LANES, 8, 0x1234, 0x5678);
	const struct swcci_audit drive = at(FAN, 2, 0xabcd, 0x0001);

	assert_int_equal(applied(fan, FAN, 0), IMPACT_QUERY);
	assert_int_equal(applied(fan, FAN, 0x01c0), IMPACT_QUERY);
	assert_int_equal(applied(fan, FAN, 0x0008), IMPACT_SETTING);
	assert_int_equal(applied(fan, FAN, 0x0004), IMPACT_DESTRUCTIVE);
	assert_int_equal(applied(fan, FAN, 0x1000), IMPACT_DESTRUCTIVE);
	assert_int_equal(applied(set_fan, SET_FAN, 0x0002), IMPACT_SETTING);
	assert_int_equal(applied(set_fan, SET_FAN, 0x0020), IMPACT_DESTRUCTIVE);
	assert_int_equal(applied(lanes, MOVE_LANES, 0), IMPACT_PROVISION);
	assert_int_equal(applied(lanes, MOVE_LANES, 0x0002), IMPACT_PROVISION);
	assert_int_equal(applied(lanes, MOVE_LANES, 0x0004), IMPACT_DESTRUCTIVE);
	assert_int_equal(applied(drive, FAN, 0), IMPACT_DESTRUCTIVE);
}

static void the_log_does_not_list_it(void **state)
{
	const struct swcci_policy_destination d = { .knowledge = POLICY_EFFECTS_READ };
	struct swcci_audit fan = at(FAN, 0, 0x1234, 0x5678);
	struct swcci_audit set_fan = at(SET_FAN, 1, 0x1234, 0x5678);

	swcci_policy_apply_effects(&fan, &d);
	assert_int_equal(fan.impact, IMPACT_QUERY);
	swcci_policy_apply_effects(&set_fan, &d);
	assert_int_equal(set_fan.impact, IMPACT_DESTRUCTIVE);
	assert_true(set_fan.audited);
}

static bool no(void *context) { return false; }

/* Without capability, raw gate or key: the row alone lets it through, there alone. */
static void the_raw_gate(void **state)
{
	const struct swcci_policy_caller caller = {
		.may_write = true, .limit = IMPACT_DESTRUCTIVE,
		.kernel = { .capable_rawio = no, .locked_down = no },
	};
	const struct swcci_policy_settings settings = { .strict = false };
	struct swcci_audit audit = at(SET_FAN, 1, 0x1234, 0x5678);

	assert_int_equal(swcci_policy_decide(&audit, &caller, &settings).error, 0);
	audit = at(SET_FAN, 1, 0x1234, 0x5679);
	assert_int_equal(swcci_policy_decide(&audit, &caller, &settings).error, -EPERM);
	assert_int_equal(swcci_policy_decide(&audit, &caller, &settings).reason,
			 CXL_SWITCH_CCI_REASON_UNAUDITED);
}

static int make_folder(void **state)
{
	const char *parent = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/vendor-test-XXXXXX", parent ? parent : "/tmp");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "rows.csv", "made.c", "made.o", "said" };
	char path[192];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_lines),
		cmocka_unit_test(no_rows),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(text_that_means_something_to_c),
		cmocka_unit_test(as_many_as_there_may_be),
		cmocka_unit_test(table_of_the_module),
		cmocka_unit_test(every_bad_line),
		cmocka_unit_test(at_its_identity),
		cmocka_unit_test(nowhere_else),
		cmocka_unit_test(could_be_audited),
		cmocka_unit_test(standard_commands_stay),
		cmocka_unit_test(rows_by_index),
		cmocka_unit_test(text_by_its_own_row),
		cmocka_unit_test(the_log_raises),
		cmocka_unit_test(the_log_does_not_list_it),
		cmocka_unit_test(the_raw_gate),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
