// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vectors and the handler. Doorbell and background completion share one message, which
 * the mailbox reports. The handler reads no register: a spurious interrupt costs little.
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

/* What the last mode came to. */
struct attempt {
	int message;		/* as the register names it; or -errno */
	int vectors;		/* enabled then; 0: none could be */
};

/*
 * The register names a vector of the mode that is enabled, and with MSI one of those
 * that are enabled: CXL 3.1 8.2.8.4.3. So the number is read with one vector enabled,
 * and again if more are needed to reach it.
 */
static int enable_vectors(struct swcci_device *cci, unsigned int mode, struct attempt *attempt)
{
	int vectors, message = 0, rc;

	for (unsigned int tries = 0; tries < 2; tries++) {
		vectors = message + 1;
		rc = pci_alloc_irq_vectors(cci->pdev, vectors, vectors, mode);
		if (rc < 0)
			return rc;
		message = message_number(cci);
		*attempt = (struct attempt){ .message = message, .vectors = vectors };
		if (message >= 0 && message < vectors)
			return message;
		pci_free_irq_vectors(cci->pdev);
		if (message < 0)
			return message;
	}
	return -ENXIO;
}

/* Return: the interrupt, or -errno. */
static int use_mode(struct swcci_device *cci, unsigned int mode, struct attempt *attempt)
{
	int irq, rc, message = enable_vectors(cci, mode, attempt);

	if (message < 0)
		return message;
	irq = pci_irq_vector(cci->pdev, message);
	rc = request_irq(irq, handle, 0, dev_name(&cci->dev), cci);
	if (rc)
		goto err_free_vectors;
	cci->interrupt_mode = mode == PCI_IRQ_MSIX ? CXL_SWITCH_CCI_INTERRUPT_MSIX
						   : CXL_SWITCH_CCI_INTERRUPT_MSI;
	return irq;

err_free_vectors:
	pci_free_irq_vectors(cci->pdev);
	return rc;
}

static void report_polling(struct swcci_device *cci, const struct attempt *attempt, int rc)
{
	if (attempt->message >= attempt->vectors && attempt->vectors)
		dev_info(&cci->dev, "interrupt message %d is outside the %d allocated vector%s; polling\n",
			 attempt->message, attempt->vectors, attempt->vectors == 1 ? "" : "s");
	else
		dev_info(&cci->dev,
			 "mailbox advertises interrupts but no vector could be allocated (%d); polling\n",
			 rc);
}

/**
 * swcci_interrupt_setup() - use the interrupt, if the function can send it
 * @cci: the device, its mailbox initialized and not yet thawed
 *
 * Tries MSI-X before MSI. If neither can be used, the mailbox is polled, and one line in
 * the log says why. Process context; sleeps.
 *
 * Return: the interrupt, for swcci_interrupt_release(); 0 without one.
 */
int swcci_interrupt_setup(struct swcci_device *cci)
{
	const struct swcci_mailbox_capability *capability = &cci->mailbox.capability;
	struct attempt attempt = { };
	int irq;

	if (!capability->doorbell_interrupt && !capability->background_interrupt)
		return 0;
	irq = use_mode(cci, PCI_IRQ_MSIX, &attempt);
	if (irq < 0)
		irq = use_mode(cci, PCI_IRQ_MSI, &attempt);
	if (irq < 0) {
		report_polling(cci, &attempt, irq);
		return 0;
	}
	cci->background.interrupts = capability->background_interrupt;
	swcci_mailbox_enable_interrupts(&cci->mailbox, capability->doorbell_interrupt,
					capability->background_interrupt);
	return irq;
}

/**
 * swcci_interrupt_release() - free the interrupt, if there is one
 * @cci: the device
 * @irq: from swcci_interrupt_setup(), 0 afterwards; may be 0
 *
 * From then on no handler runs; workers still may. Process context; sleeps.
 */
void swcci_interrupt_release(struct swcci_device *cci, int *irq)
{
	if (!*irq)
		return;
	free_irq(*irq, cci);
	pci_free_irq_vectors(cci->pdev);
	*irq = 0;
}
