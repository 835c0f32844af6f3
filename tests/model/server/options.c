// SPDX-License-Identifier: GPL-2.0-only
/*
 * The server's command line: one table for parsing and for --help.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

enum { TYPE_TEXT, TYPE_NUMBER, TYPE_FLAG, TYPE_NO_FLAG, TYPE_CHOICE, TYPE_MS, TYPE_US };

#define UNSET		~0u
#define OPTION(field)	offsetof(struct server_options, field)

static const char *const interrupt_choices[] = { "none", "msi", "msix", "both", NULL };

static const struct server_option {
	const char *name;
	int type;
	size_t offset;
	uint64_t min, max;
	const char *argument, *help;
} table[] = {
	{ "socket", TYPE_TEXT, OPTION(socket), 0, 0, "PATH",
	  "serve QEMU's vfio-user-pci here (needed)" },
	{ "control", TYPE_TEXT, OPTION(control), 0, 0, "PATH",
	  "listen here for \"switch-model ctl\"" },
	{ "fabric", TYPE_TEXT, OPTION(fabric), 0, 0, "FILE",
	  "ports and devices (Documentation/model.md); default: 8 ports" },
	{ "interrupts", TYPE_CHOICE, OPTION(interrupts), 0, 0, "none|msi|msix|both",
	  "default msix" },
	{ "vectors", TYPE_NUMBER, OPTION(vectors), 1, 16, "N", "default 1 for MSI, else 4" },
	{ "message-number", TYPE_NUMBER, OPTION(model.message_number), 0, 15, "N",
	  "of the mailbox, default 0" },
	{ "msix-message", TYPE_NUMBER, OPTION(msix_message), 0, 15, "N",
	  "the same while MSI-X is enabled, default: --message-number" },
	{ "event-vector", TYPE_NUMBER, OPTION(model.event_vector), 0, 15, "N",
	  "of the event logs, default 1" },
	{ "no-doorbell-interrupt", TYPE_NO_FLAG, OPTION(model.doorbell_interrupt), 0, 0, NULL,
	  "not claimed and not sent" },
	{ "no-background-interrupt", TYPE_NO_FLAG, OPTION(model.background_interrupt), 0, 0, NULL,
	  "not claimed and not sent" },
	{ "payload-exponent", TYPE_NUMBER, OPTION(model.payload_exponent), 8, 20, "N",
	  "payload of 2^N bytes, default 11" },
	{ "latency-us", TYPE_US, OPTION(model.latency_ns), 0, 600000000, "N",
	  "from doorbell to answer, default 0" },
	{ "ready-ms", TYPE_MS, OPTION(model.ready_ns), 0, 600000, "N",
	  "from reset to ready, default 0" },
	{ "ready-seconds", TYPE_NUMBER, OPTION(model.ready_seconds), 0, 255, "N",
	  "ready time that is claimed, default 0" },
	{ "mailbox-type", TYPE_NUMBER, OPTION(model.mailbox_type), 0, 15, "N",
	  "default 2; 1 for a memory device" },
	{ "array-type", TYPE_NUMBER, OPTION(model.array_type), 0, 15, "N",
	  "default 2; 1 for a memory device" },
	{ "block-offset", TYPE_NUMBER, OPTION(model.block_offset), 0, 0x1000000, "N",
	  "of the registers in BAR 0, multiple of 0x10000" },
	{ "memory-device", TYPE_FLAG, OPTION(model.memory_device), 0, 0, NULL,
	  "show a memory device, class 050210h, instead" },
	{ "class", TYPE_NUMBER, OPTION(class_code), 1, 0xffffff, "N", "another class code" },
	{ "once", TYPE_FLAG, OPTION(once), 0, 0, NULL, "end when QEMU disconnects" },
};

#define OPTIONS (sizeof(table) / sizeof(table[0]))

static void print_help(void)
{
	size_t i;

	printf("usage: switch-model --socket PATH [OPTION...]\n"
	       "       switch-model ctl SOCKET 'COMMAND'\n\n"
	       "Serves a modelled CXL switch mailbox function (class 0c0b00h) to QEMU's\n"
	       "vfio-user-pci. \"ctl SOCKET help\" lists the commands of a running server.\n\n");
	for (i = 0; i < OPTIONS; i++) {
		char left[48];

		snprintf(left, sizeof(left), "--%s %s", table[i].name,
			 table[i].argument ? table[i].argument : "");
		printf("  %-30s %s\n", left, table[i].help);
	}
	printf("  %-30s %s\n\nQEMU's side:\n"
	       "  -device '{\"driver\":\"vfio-user-pci\",\"bus\":\"PORT\","
	       "\"socket\":{\"type\":\"unix\",\"path\":\"PATH\"}}'\n\n"
	       "exit codes: 0 ended in order; 1 refused or failed; 2 wrong use;\n"
	       "            3 (ctl) no server there\n",
	       "--help", "this");
}

static int choose(const char *text, enum pci_interrupts *choice)
{
	unsigned int i;

	for (i = 0; interrupt_choices[i]; i++) {
		if (!strcmp(interrupt_choices[i], text)) {
			*choice = (enum pci_interrupts)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_in_range(const struct server_option *option, const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		return -EINVAL;
	return *value >= option->min && *value <= option->max ? 0 : -EINVAL;
}

static int apply(struct server_options *options, const struct server_option *option, char *text)
{
	void *field = (char *)options + option->offset;
	uint64_t value;

	switch (option->type) {
	case TYPE_TEXT:
		*(const char **)field = text;
		return 0;
	case TYPE_FLAG:
	case TYPE_NO_FLAG:
		*(bool *)field = option->type == TYPE_FLAG;
		return 0;
	case TYPE_CHOICE:
		return choose(text, field);
	}
	if (parse_in_range(option, text, &value))
		return -EINVAL;
	if (option->type == TYPE_NUMBER)
		*(unsigned int *)field = (unsigned int)value;
	else
		*(uint64_t *)field = value * (option->type == TYPE_MS ? 1000000 : 1000);
	return 0;
}

static int complain(const char *what, const char *name)
{
	fprintf(stderr, "switch-model: %s%s (see --help)\n", what, name);
	return EXIT_WRONG_USE;
}

static bool wants_memory_device(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--memory-device"))
			return true;
	return false;
}

static void set_defaults(struct server_options *options, int argc, char **argv)
{
	memset(options, 0, sizeof(*options));
	options->interrupts = PCI_MSIX;
	options->msix_message = UNSET;
	if (wants_memory_device(argc, argv))
		model_config_memory_device(&options->model);
	else
		model_config_default(&options->model);
}

int options_parse(struct server_options *options, int argc, char **argv)
{
	struct option longs[OPTIONS + 2] = { { 0 } };
	int index;
	size_t i;

	for (i = 0; i < OPTIONS; i++)
		longs[i] = (struct option){ table[i].name, table[i].argument ? required_argument :
					    no_argument, NULL, (int)i };
	longs[OPTIONS] = (struct option){ "help", no_argument, NULL, 'h' + 256 };
	set_defaults(options, argc, argv);
	while ((index = getopt_long(argc, argv, "", longs, NULL)) >= 0) {
		if (index == 'h' + 256) {
			print_help();
			exit(0);
		}
		if (index == '?')
			return EXIT_WRONG_USE;
		if (apply(options, &table[index], optarg))
			return complain("value out of range: --", table[index].name);
	}
	if (optind < argc)
		return complain("what is ", argv[optind]);
	if (!options->socket)
		return complain("--socket is needed", "");
	if (!options->vectors)
		options->vectors = options->interrupts >= PCI_MSIX ? 4 : 1;
	if (options->msix_message == UNSET)
		options->msix_message = options->model.message_number;
	if (options->interrupts != PCI_MSIX && (options->vectors & (options->vectors - 1)))
		return complain("MSI has 1, 2, 4, 8 or 16 vectors", "");
	return 0;
}
