// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vectors and the handler. Doorbell and background completion share the one
 * message that the mailbox names; the handler reads no register, so that a
 * spurious interrupt costs nothing. Knows no command.
 */
#include "interrupt.h"

#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/pci.h>

#include "device.h"
#include "mailbox/mailbox.h"

static irqreturn_t handle(int irq, void *context)
{
	struct swcci_device *cci = context;

	swcci_mailbox_interrupt(&cci->mailbox);
	return IRQ_HANDLED;
}

static int message_number(struct swcci_device *cci)
{
	const struct swcci_mailbox *mailbox = &cci->mailbox;
	struct swcci_mailbox_capability now;
	struct swcci_complaint why;

	if (swcci_registers_mailbox(readl(mailbox->registers + MAILBOX_CAPABILITY_OFFSET),
				    MAILBOX_PAYLOAD_OFFSET + mailbox->capability.payload_size, &now,
				    &why))
		return -ENXIO;
	return now.message_number;
}

/*
 * The register names a vector of the mode that is enabled, and with MSI one of those
 * that are enabled: CXL 3.1 8.2.8.4.3. So the number is read with one vector enabled,
 * and again if more are needed to reach it.
 */
static int enable_vectors(struct swcci_device *cci, unsigned int mode)
{
	int vectors, message = 0, rc;

	for (unsigned int tries = 0; tries < 2; tries++) {
		vectors = message + 1;
		rc = pci_alloc_irq_vectors(cci->pdev, vectors, vectors, mode);
		if (rc < 0)
			return rc;
		message = message_number(cci);
		if (message >= 0 && message < vectors)
			return message;
		pci_free_irq_vectors(cci->pdev);
		if (message < 0)
			return message;
	}
	return -ENXIO;
}

static int use_mode(struct swcci_device *cci, unsigned int mode)
{
	int rc, message = enable_vectors(cci, mode);

	if (message < 0)
		return message;
	cci->irq = pci_irq_vector(cci->pdev, message);
	rc = request_irq(cci->irq, handle, 0, dev_name(&cci->dev), cci);
	if (rc) {
		cci->irq = 0;
		pci_free_irq_vectors(cci->pdev);
		return rc;
	}
	cci->interrupt_mode = mode == PCI_IRQ_MSIX ? CXL_SWITCH_CCI_INTERRUPT_MSIX
						   : CXL_SWITCH_CCI_INTERRUPT_MSI;
	return 0;
}

/**
 * swcci_interrupt_setup() - use the interrupt, if the function can send it
 * @cci: the device, its mailbox initialized and not yet thawed
 *
 * MSI-X before MSI. Whatever is missing ends in polling, with one line in the log.
 */
void swcci_interrupt_setup(struct swcci_device *cci)
{
	const struct swcci_mailbox_capability *capability = &cci->mailbox.capability;
	int rc;

	if (!capability->doorbell_interrupt && !capability->background_interrupt)
		return;
	rc = use_mode(cci, PCI_IRQ_MSIX);
	if (rc)
		rc = use_mode(cci, PCI_IRQ_MSI);
	if (rc) {
		dev_info(&cci->dev,
			 "mailbox advertises interrupts but no vector can be used (%d); polling\n",
			 rc);
		return;
	}
	swcci_mailbox_enable_interrupts(&cci->mailbox, capability->doorbell_interrupt,
					capability->background_interrupt);
}

/* Nobody is woken any more; the workers may still run. May be called again. */
void swcci_interrupt_release(struct swcci_device *cci)
{
	if (!cci->irq)
		return;
	free_irq(cci->irq, cci);
	pci_free_irq_vectors(cci->pdev);
	cci->irq = 0;
}
