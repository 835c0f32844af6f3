/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configuration space of the served function: bytes, write masks, and the few
 * writes that do something. Knows neither mailbox nor socket.
 */
#ifndef CXL_MODEL_PCI_H
#define CXL_MODEL_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_SPACE	4096
#define PCI_TABLE_BAR	2	/* MSI-X table and pending bits */
#define PCI_TABLE_SIZE	4096
#define PCI_COMPONENT_BAR 4	/* component registers, on a memory device only */
#define PCI_COMPONENT_SIZE 65536

enum pci_interrupts { PCI_NO_VECTORS, PCI_MSI, PCI_MSIX, PCI_BOTH };

struct pci_description {
	uint16_t vendor, device;
	uint32_t class_code;		/* 24 bits */
	uint64_t bar_size, serial;
	uint32_t block_offset;		/* of the CXL device registers in BAR 0 */
	uint64_t memory_size;		/* of a memory device, multiple of 256 MiB; 0: none */
	enum pci_interrupts interrupts;
	unsigned int vectors;
};

struct pci_function {
	uint8_t bytes[PCI_SPACE], writable[PCI_SPACE];
	void (*reset)(void *context);	/* FLR, or D3hot to D0 */
	void *context;
};

void pci_build(struct pci_function *pci, const struct pci_description *what);
void pci_reset(struct pci_function *pci);
/* Vectors that are enabled, and by which capability (PCI_NO_VECTORS: by none). */
enum pci_interrupts pci_enabled(const struct pci_function *pci, unsigned int *vectors);
uint32_t pci_read(const struct pci_function *pci, uint32_t offset, unsigned int width);
void pci_write(struct pci_function *pci, uint32_t offset, unsigned int width, uint32_t value);
/* Past the write masks: how a test makes the space malformed. */
void pci_poke(struct pci_function *pci, uint32_t offset, unsigned int width, uint32_t value);

#endif
