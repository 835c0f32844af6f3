// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI function that is served: region accesses to model and configuration
 * space, the model's interrupts to the client.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "server.h"

#define REGION_BAR0	0
#define REGION_CONFIG	7
#define CLASS_SWITCH	0x0c0b00
#define CLASS_MEMORY	0x050210
#define MEMORY_SIZE	(1ull << 30)	/* as Identify Memory Device says */

static bool power_of_two_up_to_8(uint32_t len)
{
	return len == 1 || len == 2 || len == 4 || len == 8;
}

static void put_value(uint8_t *data, uint64_t value, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		data[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get_value(const uint8_t *data, uint32_t len)
{
	uint64_t value = 0;
	uint32_t i;

	for (i = 0; i < len; i++)
		value |= (uint64_t)data[i] << 8 * i;
	return value;
}

/*
 * Component registers that have nothing to report: the CXL.cachemem header with
 * one capability, RAS (CXL 3.1 8.2.4). The in-tree driver does without neither.
 */
static uint8_t component_byte(uint64_t offset)
{
	static const uint32_t header[] = { 1 | 1u << 16 | 1u << 20 | 1u << 24,
					   2 | 2u << 16 | 0x80u << 20 };

	if (offset < 0x1000 || offset >= 0x1000 + sizeof(header))
		return 0;
	offset -= 0x1000;
	return (uint8_t)(header[offset / 4] >> 8 * (offset % 4));
}

/*
 * CXL 3.1 8.2.8.4.3: the message is a vector of the capability that is enabled, with MSI
 * within those that are; before, the register shows MSI's.
 */
static void renumber(struct server *server)
{
	const struct server_options *options = &server->options;
	unsigned int vectors, message = options->model.message_number;

	switch (pci_enabled(&server->pci, &vectors)) {
	case PCI_MSIX:
		message = options->msix_message;
		break;
	case PCI_MSI:
		message %= vectors;
		break;
	default:
		break;
	}
	model_set_message(server->model, message);
}

/* One access as issued; longer ones (config space at start-up) bytewise. */
static bool read_region(void *context, unsigned int region, uint64_t offset, uint32_t len,
			uint8_t *data)
{
	struct server *server = context;
	uint32_t i;

	if (region == REGION_BAR0) {
		if (!power_of_two_up_to_8(len))
			return false;
		put_value(data, model_mmio_read(server->model, offset, len), len);
		return true;
	}
	if (region == REGION_CONFIG && !model_removed(server->model)) {
		for (i = 0; i < len; i++)
			data[i] = (uint8_t)pci_read(&server->pci, (uint32_t)offset + i, 1);
		return true;
	}
	memset(data, model_removed(server->model) ? 0xff : 0, len);
	for (i = 0; region == PCI_COMPONENT_BAR && !model_removed(server->model) && i < len; i++)
		data[i] = component_byte(offset + i);
	return true;
}

static bool write_region(void *context, unsigned int region, uint64_t offset, uint32_t len,
			 const uint8_t *data)
{
	struct server *server = context;

	if (region == REGION_BAR0) {
		if (!power_of_two_up_to_8(len))
			return false;
		model_mmio_write(server->model, offset, len, get_value(data, len));
		return true;
	}
	if (region == REGION_CONFIG && !model_removed(server->model)) {
		if (len > 4)
			return false;
		pci_write(&server->pci, (uint32_t)offset, len, (uint32_t)get_value(data, len));
		renumber(server);
	}
	return true;
}

/* The bus's reset: machine reset, slot reset. */
static void reset_device(void *context)
{
	struct server *server = context;

	pci_reset(&server->pci);
	renumber(server);
	model_reset(server->model, MODEL_RESET_CONVENTIONAL);
}

static void reset_function(void *context)
{
	struct server *server = context;

	model_reset(server->model, MODEL_RESET_FUNCTION);
}

static void interrupt(void *context, unsigned int vector)
{
	struct server *server = context;

	vfio_user_interrupt(&server->connection, vector);
}

static void log_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

static char *read_file(const char *path)
{
	static const size_t limit = 1 << 20;
	FILE *file = fopen(path, "r");
	char *text = malloc(limit + 1);
	size_t n = 0;

	if (file && text)
		n = fread(text, 1, limit + 1, file);
	if (!file || !text || n > limit || ferror(file)) {
		fprintf(stderr, "switch-model: %s: %s\n", path,
			n > limit ? "longer than 1 MiB" : strerror(errno));
		free(text);
		text = NULL;
	} else {
		text[n] = '\0';
	}
	if (file)
		fclose(file);
	return text;
}

static void describe(struct server *server)
{
	const struct server_options *options = &server->options;
	struct pci_description what = {
		.class_code = options->model.memory_device ? CLASS_MEMORY : CLASS_SWITCH,
		.bar_size = model_bar_size(server->model),
		.block_offset = options->model.block_offset,
		.memory_size = options->model.memory_device ? MEMORY_SIZE : 0,
		.interrupts = options->interrupts,
		.vectors = options->vectors,
	};
	struct vfio_user_device *device = &server->device;

	model_identity(server->model, &what.vendor, &what.device, &what.serial);
	if (options->class_code)
		what.class_code = options->class_code;
	pci_build(&server->pci, &what);
	server->pci.reset = reset_function;
	server->pci.context = server;
	device->region_size[REGION_BAR0] = what.bar_size;
	device->region_size[REGION_CONFIG] = PCI_SPACE;
	if (what.memory_size)
		device->region_size[PCI_COMPONENT_BAR] = PCI_COMPONENT_SIZE;
	if (what.interrupts >= PCI_MSIX) {
		device->region_size[PCI_TABLE_BAR] = PCI_TABLE_SIZE;
		device->vectors[VFIO_USER_MSIX] = what.vectors;
	}
	if (what.interrupts == PCI_MSI || what.interrupts == PCI_BOTH)
		device->vectors[VFIO_USER_MSI] = what.vectors;
	device->read = read_region;
	device->write = write_region;
	device->reset = reset_device;
	device->context = server;
}

int function_create(struct server *server)
{
	struct model_config *config = &server->options.model;
	char error[256], *text = NULL;

	if (server->options.fabric) {
		text = read_file(server->options.fabric);
		if (!text)
			return -EINVAL;
		config->fabric = text;
	}
	config->interrupt = interrupt;
	config->log = log_line;
	config->context = server;
	server->model = model_create(config, error, sizeof(error));
	free(text);
	config->fabric = NULL;
	if (!server->model) {
		fprintf(stderr, "switch-model: %s\n", *error ? error : "out of memory");
		return -EINVAL;
	}
	describe(server);
	return vfio_user_init(&server->connection, &server->device);
}

void function_free(struct server *server)
{
	vfio_user_free(&server->connection);
	model_destroy(server->model);
}
