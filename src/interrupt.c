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
#include "registers.h"

static irqreturn_t handle(int irq, void *context)
{
	struct cci_device *cci = context;

	mailbox_interrupt(&cci->mailbox);
	return IRQ_HANDLED;
}

/*
 * With MSI the device renumbers its messages when vectors are enabled, so the
 * register counts as it is then. CXL 3.1 8.2.8.4.3.
 */
static int message_number(const struct mailbox_capability *before, void __iomem *mailbox)
{
	struct mailbox_capability now;
	struct complaint why;

	if (registers_mailbox(readl(mailbox + MAILBOX_CAPABILITY_OFFSET),
			      MAILBOX_PAYLOAD_OFFSET + before->payload_size, &now, &why))
		return -ENXIO;
	return now.message_number;
}

static int request_message(struct cci_device *cci, const struct mailbox_capability *capability,
			   void __iomem *mailbox, int vectors)
{
	int message = message_number(capability, mailbox);

	if (message < 0 || message >= vectors)
		return -ENXIO;
	cci->irq = pci_irq_vector(cci->pdev, message);
	return request_irq(cci->irq, handle, 0, dev_name(&cci->dev), cci);
}

/**
 * interrupt_setup() - use the interrupt, if the function can really send it
 * @cci: the device, its mailbox initialised and not yet thawed
 * @capability: what the mailbox claims
 * @mailbox: its registers
 *
 * Everything that is missing ends in polling, and is told in one line.
 */
void interrupt_setup(struct cci_device *cci, const struct mailbox_capability *capability,
		     void __iomem *mailbox)
{
	struct pci_dev *pdev = cci->pdev;
	int vectors, rc;

	if (!capability->doorbell_interrupt && !capability->background_interrupt)
		return;
	vectors = pci_alloc_irq_vectors(pdev, 1, capability->message_number + 1,
					PCI_IRQ_MSI | PCI_IRQ_MSIX);
	if (vectors < 0) {
		dev_info(&cci->dev, "claims interrupts, but has no MSI or MSI-X: polled\n");
		return;
	}
	rc = request_message(cci, capability, mailbox, vectors);
	if (rc) {
		dev_info(&cci->dev, "claims message %u of %d vectors (%d): polled\n",
			 capability->message_number, vectors, rc);
		pci_free_irq_vectors(pdev);
		return;
	}
	cci->interrupt_mode = pdev->msix_enabled ? CXL_SWITCH_CCI_INTERRUPT_MSIX
						 : CXL_SWITCH_CCI_INTERRUPT_MSI;
	mailbox_enable_interrupts(&cci->mailbox, capability->doorbell_interrupt,
				  capability->background_interrupt);
}

/* Nobody is woken any more; the workers may still run. */
void interrupt_release(struct cci_device *cci)
{
	if (cci->interrupt_mode == CXL_SWITCH_CCI_INTERRUPT_NONE)
		return;
	free_irq(cci->irq, cci);
	pci_free_irq_vectors(cci->pdev);
}
