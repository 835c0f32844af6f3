// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fabric language: a few lines of text to a switch with its ports, devices
 * and bindings. An error names the line. Documentation/model.md describes it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define LINE_SIZE	512
#define WORDS_MAX	16

static const char default_fabric[] =
	"switch vcs=2 vppbs=8\n"
	"port 0-1 sld\n"
	"port 2 mld lds=4\n"
	"port 3 multi-headed lds=4\n"
	"port 4 dcd\n"
	"port 5 sld persistent\n"
	"port 6-7 empty\n"
	"port 8 upstream\n"
	"bind 0 0 5\n";

static const char memory_fabric[] =
	"switch\n"
	"port 0 memory-device\n"
	"port 1 upstream\n";

struct options {
	uint64_t lds, serial, message, background, latency, vcs, vppbs, vendor, device, events;
	bool persistent;
};

static const struct option {
	const char *name;
	size_t offset;
	uint64_t min, max;
} option_table[] = {
	{ "lds", offsetof(struct options, lds), 1, MAX_LDS },
	{ "serial", offsetof(struct options, serial), 0, UINT64_MAX - 1 },
	{ "message", offsetof(struct options, message), 6, 20 },
	{ "background-ms", offsetof(struct options, background), 0, 3600000 },
	{ "latency-us", offsetof(struct options, latency), 0, 60000000 },
	{ "vcs", offsetof(struct options, vcs), 1, MAX_VCS },
	{ "vppbs", offsetof(struct options, vppbs), 1, MAX_VPPBS },
	{ "vendor", offsetof(struct options, vendor), 0, 0xffff },
	{ "device", offsetof(struct options, device), 0, 0xffff },
	{ "events", offsetof(struct options, events), 1, 4096 },
};

#define UNSET	UINT64_MAX

static int parse_option(struct options *options, const char *word)
{
	const char *equals = strchr(word, '=');
	uint64_t number;
	size_t i;

	if (!strcmp(word, "persistent")) {
		options->persistent = true;
		return 0;
	}
	for (i = 0; equals && i < ARRAY_SIZE(option_table); i++) {
		const struct option *option = &option_table[i];

		if (strncmp(option->name, word, (size_t)(equals - word)) ||
		    option->name[equals - word])
			continue;
		if (parse_number(equals + 1, &number) || number < option->min ||
		    number > option->max)
			return -EINVAL;
		memcpy((char *)options + option->offset, &number, sizeof(number));
		return 0;
	}
	return -EINVAL;
}

static int parse_options(struct options *options, char **words, unsigned int n, char *error,
			 size_t size)
{
	unsigned int i;

	memset(options, 0xff, sizeof(*options));
	options->persistent = false;
	for (i = 0; i < n; i++) {
		if (parse_option(options, words[i])) {
			snprintf(error, size, "'%s': no such option, or its value is out of range",
				 words[i]);
			return -EINVAL;
		}
	}
	return 0;
}

static void apply_options(struct cci *cci, const struct options *options, uint64_t serial_step)
{
	if (options->serial != UNSET)
		cci->identity.serial = options->serial + serial_step;
	if (options->vendor != UNSET)
		cci->identity.vendor = (uint16_t)options->vendor;
	if (options->device != UNSET)
		cci->identity.device = (uint16_t)options->device;
	if (options->message != UNSET) {
		cci->message_exponent = (uint8_t)options->message;
		cci->claimed_exponent = (uint8_t)options->message;
		cci->response_limit = (uint8_t)options->message;
	}
	if (options->background != UNSET)
		cci->background_ns = options->background * NS_PER_MS;
	if (options->latency != UNSET)
		cci->latency_ns = options->latency * 1000;
	if (options->events != UNSET)
		cci->events.capacity = (unsigned int)options->events;
	if (options->persistent && cci->memory)
		memory_set_persistent(cci);
}

struct spread {
	const struct options *options;
	struct cci *device;
};

/* Parts of a device carry the device's identity. */
static void inherit(struct cci *cci, void *context)
{
	struct spread *spread = context;

	if (cci != spread->device)
		cci->identity = spread->device->identity;
}

static int device_kind(const char *word, enum cci_kind *kind)
{
	static const enum cci_kind pluggable[] = {
		CCI_SLD, CCI_MLD, CCI_MULTI_HEADED, CCI_DCD, CCI_MEMORY_DEVICE
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pluggable); i++) {
		if (!strcmp(cci_kind_names[pluggable[i]], word)) {
			*kind = pluggable[i];
			return 0;
		}
	}
	return -EINVAL;
}

static int make_device(struct model *model, unsigned int number, enum cci_kind kind,
		       const struct options *options, uint64_t step)
{
	struct port *port = &model->fabric_switch->switch_state->port[number];
	bool has_lds = kind == CCI_MLD || kind == CCI_MULTI_HEADED;
	unsigned int lds = options->lds != UNSET ? (unsigned int)options->lds : 4;
	struct spread spread = { .options = options };
	char name[12];

	snprintf(name, sizeof(name), "port%u", number);
	port->device = component_create(model, model->fabric_switch, kind, has_lds ? lds : 0, name);
	if (!port->device)
		return -ENOMEM;
	apply_options(port->device, options, step);
	spread.device = port->device;
	component_each(port->device, inherit, &spread);
	port->kind = PORT_DEVICE;
	port->present = true;
	return 0;
}

static int fill_port(struct model *model, unsigned int number, const char *what,
		     const struct options *options, uint64_t step)
{
	struct switch_state *sw = model->fabric_switch->switch_state;
	enum cci_kind kind;

	if (sw->port[number].exists)
		return -EEXIST;
	if (!strcmp(what, "upstream")) {
		sw->port[number].kind = PORT_UPSTREAM;
		sw->upstream_port = (uint8_t)number;
	} else if (strcmp(what, "empty")) {
		if (device_kind(what, &kind))
			return -EINVAL;
		if (make_device(model, number, kind, options, step))
			return -ENOMEM;
	}
	sw->port[number].exists = true;
	sw->n_ports++;
	return 0;
}

/* "7" or "7-255" */
static int parse_range(char *word, uint64_t *first, uint64_t *last)
{
	char *dash = strchr(word, '-');

	if (dash)
		*dash++ = '\0';
	if (parse_number(word, first) || parse_number(dash ? dash : word, last))
		return -EINVAL;
	return *first <= *last && *last < MAX_PORTS ? 0 : -EINVAL;
}

static int port_line(struct model *model, char **words, unsigned int n, char *error, size_t size)
{
	struct options options;
	uint64_t first, last, i;
	int ret;

	if (n < 3 || parse_range(words[1], &first, &last)) {
		snprintf(error, size, "port NUMBER|FIRST-LAST KIND [OPTIONS], numbers 0-255");
		return -EINVAL;
	}
	if (parse_options(&options, words + 3, n - 3, error, size))
		return -EINVAL;
	for (i = first; i <= last; i++) {
		ret = fill_port(model, (unsigned int)i, words[2], &options, i - first);
		if (ret) {
			snprintf(error, size, ret == -EEXIST ? "port %u is there already" :
				 ret == -ENOMEM ? "port %u: out of memory" :
				 "port %u: sld, mld, multi-headed, dcd, memory-device, empty or "
				 "upstream wanted", (unsigned int)i);
			return ret;
		}
	}
	return 0;
}

static int switch_line(struct model *model, char **words, unsigned int n, char *error, size_t size)
{
	struct switch_state *sw = model->fabric_switch->switch_state;
	struct options options;
	unsigned int i, j;

	if (parse_options(&options, words + 1, n - 1, error, size))
		return -EINVAL;
	apply_options(model->fabric_switch, &options, 0);
	sw->n_vcs = options.vcs != UNSET ? (unsigned int)options.vcs : 1;
	for (i = 0; i < sw->n_vcs; i++) {
		sw->vcs[i].state = 1;
		sw->vcs[i].n_vppbs = options.vppbs != UNSET ? (uint8_t)options.vppbs : 8;
		for (j = 0; j < sw->vcs[i].n_vppbs; j++)
			sw->vcs[i].vppb[j].ld = 0xffff;
	}
	return 0;
}

static int bind_line(struct model *model, char **words, unsigned int n, char *error, size_t size)
{
	struct switch_state *sw = model->fabric_switch->switch_state;
	uint64_t number[4] = { 0, 0, 0, 0xffff };
	unsigned int i;

	for (i = 1; i < n && i < 5; i++)
		if (parse_number(words[i], &number[i - 1]))
			n = 0;
	if (n < 4 || n > 5 || number[0] >= sw->n_vcs ||
	    number[1] >= sw->vcs[number[0]].n_vppbs || number[2] >= MAX_PORTS ||
	    !sw->port[number[2]].device || number[3] > 0xffff) {
		snprintf(error, size, "bind VCS VPPB PORT [LD], all of which exist");
		return -EINVAL;
	}
	sw->vcs[number[0]].vppb[number[1]] = (struct vppb){
		n == 5 ? 3 : 2, (uint8_t)number[2], (uint16_t)number[3] };
	return 0;
}

static const struct {
	const char *word;
	int (*parse)(struct model *model, char **words, unsigned int n, char *error, size_t size);
} lines[] = {
	{ "switch", switch_line },
	{ "port", port_line },
	{ "bind", bind_line },
};

static int parse_line(struct model *model, const char *text, size_t len, char *error, size_t size)
{
	char line[LINE_SIZE], *words[WORDS_MAX];
	unsigned int n;
	size_t i;

	if (len >= sizeof(line)) {
		snprintf(error, size, "line too long");
		return -EINVAL;
	}
	memcpy(line, text, len);
	line[len] = '\0';
	n = split_words(line, words, WORDS_MAX);
	if (!n)
		return 0;
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (!strcmp(words[0], lines[i].word))
			return lines[i].parse(model, words, n, error, size);
	snprintf(error, size, "'%s': switch, port or bind wanted", words[0]);
	return -EINVAL;
}

static bool has_upstream(const struct switch_state *sw)
{
	unsigned int i;

	for (i = 0; i < MAX_PORTS; i++)
		if (sw->port[i].exists && sw->port[i].kind == PORT_UPSTREAM)
			return true;
	return false;
}

int fabric_build(struct model *model, const char *text, char *error, size_t size)
{
	unsigned int number = 1;
	char why[160];
	int ret;

	if (!text)
		text = model->config.memory_device ? memory_fabric : default_fabric;
	model->fabric_switch = component_create(model, NULL, CCI_SWITCH, 0, "switch");
	if (!model->fabric_switch)
		return -ENOMEM;
	model->fabric_switch->switch_state->n_vcs = 0;
	for (; *text; number++) {
		size_t len = strcspn(text, "\n");

		ret = parse_line(model, text, len, why, sizeof(why));
		if (ret) {
			snprintf(error, size, "fabric line %u: %s", number, why);
			return ret;
		}
		text += len + (text[len] == '\n');
	}
	if (!has_upstream(model->fabric_switch->switch_state)) {
		snprintf(error, size, "fabric: no port is upstream");
		return -EINVAL;
	}
	return 0;
}

void fabric_free(struct model *model)
{
	component_destroy(model->fabric_switch);
	model->fabric_switch = NULL;
}

/* A new device into an empty slot, or the old one back: the words after "plug portN". */
int fabric_plug(struct model *model, unsigned int number, char **words, unsigned int n, char *error,
		size_t size)
{
	struct port *port = &model->fabric_switch->switch_state->port[number];
	struct options options;
	enum cci_kind kind;
	int ret;

	if (!port->exists || port->kind == PORT_UPSTREAM || port->present) {
		snprintf(error, size, "port%u: no such slot, or it is not empty", number);
		return -EINVAL;
	}
	if (!n && !port->device) {
		snprintf(error, size, "port%u never had a device: say which kind", number);
		return -EINVAL;
	}
	if (n && device_kind(words[0], &kind)) {
		snprintf(error, size, "'%s' is no kind of device", words[0]);
		return -EINVAL;
	}
	if (n) {
		if (parse_options(&options, words + 1, n - 1, error, size))
			return -EINVAL;
		component_destroy(port->device);
		port->device = NULL;
		port->kind = PORT_EMPTY;
		ret = make_device(model, number, kind, &options, 0);
		if (ret)
			return ret;
	}
	port->present = true;
	port_event(model->fabric_switch, number, 0);
	return 0;
}
