// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space of the served function: PCI Express, power management and
 * MSI or MSI-X capabilities, the register locator DVSEC (CXL 3.1 8.1.9), for a
 * memory device the PCIe DVSEC for CXL devices (8.1.3), the device serial number.
 */
#include <string.h>

#include "bytes.h"
#include "pci.h"

#define COMMAND		0x04
#define EXPRESS		0x40
#define DEVICE_CONTROL	(EXPRESS + 8)
#define POWER		0x80
#define POWER_STATE	(POWER + 4)
#define MSI		0x90
#define MSIX		0xb0
#define LOCATOR		0x100
#define SERIAL		0x120
#define DEVICE		0x140

#define FLR_CAPABLE	(1u << 28)
#define FLR		(1u << 15)
#define D3HOT		3

static void set8(struct pci_function *pci, uint32_t offset, uint8_t value)
{
	pci->bytes[offset] = value;
}

static void set16(struct pci_function *pci, uint32_t offset, uint16_t value, uint16_t writable)
{
	put16(pci->bytes + offset, value);
	put16(pci->writable + offset, writable);
}

static void set32(struct pci_function *pci, uint32_t offset, uint32_t value, uint32_t writable)
{
	put32(pci->bytes + offset, value);
	put32(pci->writable + offset, writable);
}

static void build_header(struct pci_function *pci, const struct pci_description *what)
{
	set16(pci, 0x00, what->vendor, 0);
	set16(pci, 0x02, what->device, 0);
	set16(pci, COMMAND, 0, 0x0546);		/* memory, bus master, parity, SERR, INTx off */
	set16(pci, 0x06, 1 << 4, 0);		/* capability list */
	set32(pci, 0x08, what->class_code << 8, 0);
	pci->writable[0x0c] = 0xff;
	/* BAR 0: 64 bits, prefetchable */
	set32(pci, 0x10, 0xc, (uint32_t)~(what->bar_size - 1));
	set32(pci, 0x14, 0, (uint32_t)(~(what->bar_size - 1) >> 32));
	if (what->interrupts >= PCI_MSIX)
		set32(pci, 0x10 + 4 * PCI_TABLE_BAR, 0, ~(PCI_TABLE_SIZE - 1u));
	if (what->memory_size) {
		set32(pci, 0x10 + 4 * PCI_COMPONENT_BAR, 0xc, ~(PCI_COMPONENT_SIZE - 1u));
		set32(pci, 0x14 + 4 * PCI_COMPONENT_BAR, 0, ~0u);
	}
	set16(pci, 0x2c, what->vendor, 0);
	set16(pci, 0x2e, what->device, 0);
	set8(pci, 0x34, EXPRESS);
	pci->writable[0x3c] = 0xff;
}

static void build_express(struct pci_function *pci)
{
	set16(pci, EXPRESS, 0x10 | POWER << 8, 0);
	set16(pci, EXPRESS + 2, 2, 0);		/* version 2, endpoint */
	set32(pci, EXPRESS + 4, FLR_CAPABLE | 1u << 15, 0);
	set16(pci, DEVICE_CONTROL, 0, 0x7fff);
	set32(pci, EXPRESS + 0xc, 0x0101, 0);	/* 2.5 GT/s, x16: nobody measures it */
	set16(pci, EXPRESS + 0x10, 0, 0x0fff);
	set16(pci, EXPRESS + 0x12, 0x0101, 0);
	set16(pci, EXPRESS + 0x28, 0, 0x7fff);
}

static unsigned int log2_of(unsigned int value)
{
	unsigned int n = 0;

	while (1u << n < value)
		n++;
	return n;
}

static void build_vectors(struct pci_function *pci, const struct pci_description *what)
{
	uint8_t *next = pci->bytes + POWER + 1;

	if (what->interrupts == PCI_MSI || what->interrupts == PCI_BOTH) {
		*next = MSI;
		next = pci->bytes + MSI + 1;
		set16(pci, MSI, 0x05, 0);
		set16(pci, MSI + 2, (uint16_t)(1u << 7 | log2_of(what->vectors) << 1), 0x0071);
		set32(pci, MSI + 4, 0, 0xfffffffc);
		set32(pci, MSI + 8, 0, 0xffffffff);
		set16(pci, MSI + 0xc, 0, 0xffff);
	}
	if (what->interrupts >= PCI_MSIX) {
		*next = MSIX;
		set16(pci, MSIX, 0x11, 0);
		set16(pci, MSIX + 2, (uint16_t)(what->vectors - 1), 0xc000);
		set32(pci, MSIX + 4, PCI_TABLE_BAR, 0);
		set32(pci, MSIX + 8, PCI_TABLE_SIZE / 2 | PCI_TABLE_BAR, 0);
	}
}

enum pci_interrupts pci_enabled(const struct pci_function *pci, unsigned int *vectors)
{
	uint16_t control = get16(pci->bytes + MSIX + 2);

	*vectors = (control & 0x7ff) + 1u;
	if (pci->bytes[MSIX] == 0x11 && control & 1 << 15)
		return PCI_MSIX;
	control = get16(pci->bytes + MSI + 2);
	*vectors = 1u << (control >> 4 & 7);
	return pci->bytes[MSI] == 0x05 && control & 1 ? PCI_MSI : PCI_NO_VECTORS;
}

static void build_extended(struct pci_function *pci, const struct pci_description *what)
{
	set32(pci, LOCATOR, 0x0023 | 1u << 16 | (uint32_t)SERIAL << 20, 0);
	set32(pci, LOCATOR + 4, 0x1e98 | (what->memory_size ? 0x1cu : 0x14u) << 20, 0);
	set16(pci, LOCATOR + 8, 0x0008, 0);
	set32(pci, LOCATOR + 0xc, 0 | 3u << 8 | (what->block_offset & 0xffff0000), 0);
	set32(pci, LOCATOR + 0x10, 0, 0);
	if (what->memory_size)
		set32(pci, LOCATOR + 0x14, PCI_COMPONENT_BAR | 1u << 8, 0);
	set32(pci, SERIAL, 0x0003 | 1u << 16 | (what->memory_size ? (uint32_t)DEVICE << 20 : 0), 0);
	set32(pci, SERIAL + 4, (uint32_t)what->serial, 0);
	set32(pci, SERIAL + 8, (uint32_t)(what->serial >> 32), 0);
}

/* One range of memory, valid and active from the start. */
static void build_device(struct pci_function *pci, uint64_t memory_size)
{
	if (!memory_size)
		return;
	set32(pci, DEVICE, 0x0023 | 1u << 16, 0);
	set32(pci, DEVICE + 4, 0x1e98 | 3u << 16 | 0x3cu << 20, 0);
	set16(pci, DEVICE + 8, 0, 0);
	set16(pci, DEVICE + 0xa, 1 << 2 | 1 << 4, 0);	/* memory capable, one range */
	set16(pci, DEVICE + 0xc, 0, 1 << 2);
	set32(pci, DEVICE + 0x18, (uint32_t)(memory_size >> 32), 0);
	set32(pci, DEVICE + 0x1c, ((uint32_t)memory_size & 0xf0000000) | 3, 0);
}

void pci_build(struct pci_function *pci, const struct pci_description *what)
{
	memset(pci->bytes, 0, sizeof(pci->bytes));
	memset(pci->writable, 0, sizeof(pci->writable));
	build_header(pci, what);
	build_express(pci);
	set16(pci, POWER, 0x01, 0);
	set16(pci, POWER + 2, 0x0003, 0);
	set16(pci, POWER_STATE, 0, 0x8103);	/* bit 3 clear: D3hot to D0 resets */
	build_vectors(pci, what);
	build_extended(pci, what);
	build_device(pci, what->memory_size);
}

/* What a reset clears: everything that could be written, BARs included. */
void pci_reset(struct pci_function *pci)
{
	uint32_t i;

	for (i = 0; i < PCI_SPACE; i++)
		pci->bytes[i] &= (uint8_t)~pci->writable[i];
}

uint32_t pci_read(const struct pci_function *pci, uint32_t offset, unsigned int width)
{
	uint32_t value = 0;
	unsigned int i;

	for (i = 0; i < width && offset + i < PCI_SPACE; i++)
		value |= (uint32_t)pci->bytes[offset + i] << 8 * i;
	return value;
}

void pci_poke(struct pci_function *pci, uint32_t offset, unsigned int width, uint32_t value)
{
	unsigned int i;

	for (i = 0; i < width && offset + i < PCI_SPACE; i++)
		pci->bytes[offset + i] = (uint8_t)(value >> 8 * i);
}

static bool asks_for_flr(uint32_t offset, unsigned int width, uint32_t value)
{
	uint32_t high = DEVICE_CONTROL + 1;	/* the byte with bit 15 */

	return offset <= high && high < offset + width &&
	       (value >> 8 * (high - offset) & (FLR >> 8));
}

void pci_write(struct pci_function *pci, uint32_t offset, unsigned int width, uint32_t value)
{
	uint8_t was = pci->bytes[POWER_STATE] & 3;
	unsigned int i;

	for (i = 0; i < width && offset + i < PCI_SPACE; i++) {
		uint8_t mask = pci->writable[offset + i];

		pci->bytes[offset + i] = (uint8_t)((pci->bytes[offset + i] & ~mask) |
						   ((value >> 8 * i) & mask));
	}
	if (asks_for_flr(offset, width, value) ||
	    (was == D3HOT && (pci->bytes[POWER_STATE] & 3) == 0)) {
		pci_reset(pci);
		pci->reset(pci->context);
	}
}
