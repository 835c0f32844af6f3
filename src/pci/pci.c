// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binds the PCI function: register locator, BAR, readiness, reset, removal. Knows where
 * the registers are. Does not know the commands.
 */
#include <linux/delay.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "command/command.h"
#include "compat/dvsec.h"
#include "compat/pm.h"
#include "destination/destination.h"
#include "device.h"
#include "interrupt.h"
#include "mailbox/mailbox.h"
#include "pci.h"

#define CCI_CLASS		0x0c0b00	/* CXL 3.1 8.1.13 */
#define DVSEC_VENDOR_CXL	0x1e98
#define DVSEC_REGISTER_LOCATOR	0x0008

/* each takes 8 bytes at least */
#define EXT_CAPABILITIES_MAX	((PCI_CFG_SPACE_EXP_SIZE - PCI_CFG_SPACE_SIZE) / 8)

#define READY_SECONDS_MAX	60
#define READY_STEP_MS		20
/* Linux gives a link that was reset a minute, twice; then the recovery has failed. */
#define RECOVERY_SECONDS_MAX	150
/* How long a reset's caller waits for the function to serve again. */
#define RESET_DONE_MS		1000

/* What probe takes and remove gives back; the drvdata of the PCI function. */
struct cci_function {
	struct swcci_device *cci;
	/* only the capabilities are mapped: a BAR may have gigabytes */
	void __iomem *mailbox;
	void __iomem *readiness;
	void __iomem *event_status;	/* or NULL */
	struct pci_saved_state *saved;	/* configuration space, for a slot reset */
	int irq;			/* 0: none */
	u8 bar;

	/* from freeze to thaw */
	bool reset;			/* the function lost its state */
	unsigned long ready_by;		/* jiffies */
	unsigned long recovery_by;	/* jiffies; a recovery that lasts longer has failed */
	struct delayed_work thaw;	/* waits until the function is ready */
	struct completion thawed;	/* or given up */
};

/* ---- finding the registers ---- */

static int read_config(void *context, u32 offset, u32 *value)
{
	return pci_read_config_dword(context, offset, value) ? -EIO : 0;
}

static int read_block(void *context, u32 offset, u32 *value)
{
	*value = readl((void __iomem *)context + offset);
	return 0;
}

/* Stops after as many capabilities as fit: a hostile list may be circular. */
static u16 find_locator(struct pci_dev *pdev)
{
	u16 position = 0, vendor, id;

	for (int i = 0; i < EXT_CAPABILITIES_MAX; i++) {
		position = pci_find_next_ext_capability(pdev, position, PCI_EXT_CAP_ID_DVSEC);
		if (!position)
			break;
		pci_read_config_word(pdev, position + 4, &vendor);
		pci_read_config_word(pdev, position + 8, &id);
		if (vendor == DVSEC_VENDOR_CXL && id == DVSEC_REGISTER_LOCATOR)
			return position;
	}
	return 0;
}

static int check_bar(struct pci_dev *pdev, const struct swcci_register_block *block)
{
	resource_size_t length = pci_resource_len(pdev, block->bir);

	if (!(pci_resource_flags(pdev, block->bir) & IORESOURCE_MEM) ||
	    !pci_resource_start(pdev, block->bir)) {
		dev_err(&pdev->dev, "BAR %u with the mailbox is not an assigned memory BAR\n",
			block->bir);
		return -ENXIO;
	}
	if (block->offset >= length) {
		dev_err(&pdev->dev, "register block at %#llx is past the end of BAR %u\n",
			block->offset, block->bir);
		return -ENXIO;
	}
	return 0;
}

static int locate(struct pci_dev *pdev, struct swcci_register_block *block)
{
	const struct swcci_register_reader config = { .context = pdev, .read32 = read_config };
	struct swcci_complaint why;
	u16 locator = find_locator(pdev);
	int rc;

	if (!locator) {
		dev_err(&pdev->dev, "no CXL register locator; not a CXL mailbox function\n");
		return -ENXIO;
	}
	rc = swcci_registers_locate(&config, locator, pdev->cfg_size, block, &why);
	if (rc) {
		dev_err(&pdev->dev, "%s\n", why.text);
		return rc;
	}
	return check_bar(pdev, block);
}

/*
 * new_id can bind any function. If its registers do not give the type of the mailbox, the
 * class must: CXL 3.1 8.2.8.2.1.
 */
static int check_type(struct pci_dev *pdev, const struct swcci_register_map *map,
		      struct swcci_complaint *why)
{
	if (!map->type_inferred || pdev->class == CCI_CLASS)
		return 0;
	snprintf(why->text, sizeof(why->text),
		 "class %06x without a mailbox type is not a switch mailbox (cxl_pci binds memory devices)",
		 pdev->class);
	return -ENXIO;
}

static void __iomem *map_range(struct pci_dev *pdev, u8 bar, u64 offset, u64 length)
{
	void __iomem *range = NULL;

	/* on 32 bit, pci_iomap_range() would truncate both */
	if (offset + length <= ULONG_MAX)
		range = pci_iomap_range(pdev, bar, offset, length);
	if (!range)
		dev_err(&pdev->dev, "cannot map %#llx bytes at %#llx of BAR %u\n", length, offset,
			bar);
	return range;
}

static int read_array(struct pci_dev *pdev, const struct swcci_register_block *block,
		      struct swcci_register_map *map)
{
	struct swcci_register_reader registers = { .read32 = read_block };
	u64 size = pci_resource_len(pdev, block->bir) - block->offset;
	struct swcci_complaint why;
	void __iomem *array;
	int rc;

	array = map_range(pdev, block->bir, block->offset, min_t(u64, size, REGISTER_ARRAY_MAX));
	if (!array)
		return -ENOMEM;
	registers.context = (void __force *)array;
	rc = swcci_registers_map(&registers, size, map, &why);
	pci_iounmap(pdev, array);
	if (!rc && *why.text)
		dev_info(&pdev->dev, "%s\n", why.text);
	if (!rc)
		rc = check_type(pdev, map, &why);
	if (rc)
		dev_err(&pdev->dev, "%s\n", why.text);
	return rc;
}

static void unmap_capabilities(struct pci_dev *pdev, struct cci_function *function)
{
	if (function->mailbox)
		pci_iounmap(pdev, function->mailbox);
	if (function->readiness)
		pci_iounmap(pdev, function->readiness);
	if (function->event_status)
		pci_iounmap(pdev, function->event_status);
}

static int map_capabilities(struct pci_dev *pdev, struct cci_function *function,
			    const struct swcci_register_block *block,
			    const struct swcci_register_map *map)
{
	u64 start = block->offset;

	function->mailbox = map_range(pdev, block->bir, start + map->mailbox,
				      min(map->mailbox_length, MAILBOX_LENGTH_MAX));
	function->readiness = map_range(pdev, block->bir, start + map->readiness, sizeof(u64));
	if (map->event_status)
		function->event_status = map_range(pdev, block->bir, start + map->event_status,
						   sizeof(u64));
	if (function->mailbox && function->readiness &&
	    !function->event_status == !map->event_status)
		return 0;
	unmap_capabilities(pdev, function);
	return -ENOMEM;
}

static int map_block(struct pci_dev *pdev, struct cci_function *function,
		     const struct swcci_register_block *block,
		     struct swcci_mailbox_capability *capability)
{
	struct swcci_register_map map;
	struct swcci_complaint why;
	int rc;

	rc = read_array(pdev, block, &map);
	if (!rc)
		rc = map_capabilities(pdev, function, block, &map);
	if (rc)
		return rc;
	rc = swcci_registers_mailbox(readl(function->mailbox + MAILBOX_CAPABILITY_OFFSET),
				     map.mailbox_length, capability, &why);
	if (!rc)
		return 0;
	dev_err(&pdev->dev, "%s\n", why.text);
	unmap_capabilities(pdev, function);
	return rc;
}

static int map_registers(struct pci_dev *pdev, struct cci_function *function,
			 struct swcci_mailbox_capability *capability)
{
	struct swcci_register_block block;
	int rc;

	rc = locate(pdev, &block);
	if (rc)
		return rc;
	/* exclusive: an mmap() of the BAR would bypass every check */
	rc = pci_request_selected_regions_exclusive(pdev, BIT(block.bir), KBUILD_MODNAME);
	if (rc) {
		dev_err(&pdev->dev, "BAR %u cannot be claimed (%d)\n", block.bir, rc);
		return rc;
	}
	function->bar = block.bir;
	rc = map_block(pdev, function, &block, capability);
	if (rc)
		pci_release_selected_regions(pdev, BIT(block.bir));
	return rc;
}

static void unmap_registers(struct pci_dev *pdev, struct cci_function *function)
{
	unmap_capabilities(pdev, function);
	pci_release_selected_regions(pdev, BIT(function->bar));
}

/* ---- readiness ---- */

/* CXL 3.1 8.2.8.4.3: the time that the mailbox reports; 0 is "not reported". */
static unsigned int ready_seconds(u8 reported)
{
	return reported ? min_t(unsigned int, reported, READY_SECONDS_MAX) : READY_SECONDS_MAX;
}

/* Return: 0; -EAGAIN: not ready yet; -ENODEV: the function is absent. */
static int check_ready(struct pci_dev *pdev, const struct cci_function *function, u64 *status)
{
	u16 command;

	*status = 0;
	/* an absent function may read as zeros, which mean "not ready yet" */
	if (!pci_device_is_present(pdev))
		return -ENODEV;
	/* a link reset clears the BARs; reading the register would be an error of its own */
	pci_read_config_word(pdev, PCI_COMMAND, &command);
	if (!(command & PCI_COMMAND_MEMORY))
		return -EAGAIN;
	*status = readq(function->readiness);
	return swcci_registers_ready(*status) ? 0 : -EAGAIN;
}

static int wait_ready(struct pci_dev *pdev, const struct cci_function *function, u8 reported)
{
	unsigned int seconds = ready_seconds(reported);
	unsigned long limit = jiffies + seconds * HZ;
	bool last;
	u64 status;
	int rc;

	do {
		last = time_after(jiffies, limit);
		rc = check_ready(pdev, function, &status);
		if (rc != -EAGAIN)
			return rc;
		msleep(READY_STEP_MS);
	} while (!last);
	dev_err(&pdev->dev, "mailbox not ready after %u s (status %#llx)\n", seconds, status);
	return -ETIMEDOUT;
}

/* ---- callbacks of the mailbox ---- */

static void state_changed(struct swcci_mailbox *mailbox)
{
	struct swcci_device *cci = container_of(mailbox, struct swcci_device, mailbox);

	swcci_device_state_changed(cci);
	/* retry the queries that failed while it was stuck or in reset */
	if (swcci_device_state(cci) == CXL_SWITCH_CCI_STATE_READY)
		swcci_destination_self_soon(&cci->destinations);
}

static void retired(struct swcci_mailbox *mailbox, const struct swcci_mailbox_ticket *ticket,
		    const struct swcci_mailbox_late_answer *answer)
{
	struct swcci_device *cci = container_of(mailbox, struct swcci_device, mailbox);

	swcci_command_retired(&cci->commands, ticket, answer);
}

static void interrupted(struct swcci_mailbox *mailbox)
{
	swcci_background_hint(&container_of(mailbox, struct swcci_device, mailbox)->background);
}

static const struct swcci_mailbox_ops mailbox_ops = {
	.retired = retired,
	.interrupted = interrupted,
	.state_changed = state_changed,
};

/* ---- probe and remove ---- */

/* The mailbox is dead. internals.md, "Events of the function's life": the order is the protocol. */
static void stop(struct cci_function *function)
{
	struct swcci_device *cci = function->cci;

	swcci_interrupt_release(cci, &function->irq);	/* no handler queues a worker */
	swcci_background_stop(&cci->background);
	swcci_watch_stop(&cci->watch);
	swcci_mailbox_quiesce(&cci->mailbox);		/* no caller is inside */
	swcci_notices_close(&cci->notices);		/* no notice follows */
}

/*
 * The device's time for one answer, and a minute for all of them: a device may return its
 * log byte by byte, and no signal ends a probe.
 */
static ktime_t probe_deadline(void)
{
	return ktime_add_ms(ktime_get(),
			    READY_SECONDS_MAX * MSEC_PER_SEC + swcci_command_timeout_ms());
}

/*
 * CXL 3.1 8.1.13: the function may be in the same device as the upstream port of its
 * switch. With ARI the whole devfn is the function number.
 */
static bool has_upstream_sibling(struct pci_dev *pdev)
{
	bool ari = pci_ari_enabled(pdev->bus);
	unsigned int first = ari ? 0 : PCI_DEVFN(PCI_SLOT(pdev->devfn), 0);
	struct pci_dev *sibling;
	bool found = false;

	for (unsigned int i = 0; i < (ari ? 256 : 8) && !found; i++) {
		sibling = pci_get_slot(pdev->bus, first + i);
		found = sibling && pci_is_pcie(sibling) &&
			pci_pcie_type(sibling) == PCI_EXP_TYPE_UPSTREAM;
		pci_dev_put(sibling);
	}
	return found;
}

static void warn_of_unknown(struct swcci_device *cci)
{
	struct swcci_identity identity;
	struct swcci_component component;

	swcci_destination_self_known(&cci->destinations, &identity, &component);
	if (component.meaning == COMPONENT_PENDING)
		dev_warn(&cci->dev,
			 "component type not known yet; refusing tunneled changes, retrying Identify in the background\n");
	else if (!identity.known)
		dev_warn(&cci->dev,
			 "no valid response to Identify; serial number unknown, retrying in the background\n");
}

static int start(struct swcci_device *cci, struct cci_function *function,
		 const struct swcci_mailbox_capability *capability)
{
	int rc;

	cci->destinations.upstream_sibling = has_upstream_sibling(cci->pdev);
	rc = swcci_mailbox_init(&cci->mailbox, &mailbox_ops, function->mailbox, capability,
				swcci_workqueue, swcci_command_timeout_ms());
	if (rc)
		return rc;
	cci->mailbox.event_status = function->event_status;
	function->irq = swcci_interrupt_setup(cci);
	swcci_mailbox_thaw(&cci->mailbox);
	/* a device that does not answer gets its node, too: it shows the state */
	swcci_destination_self(&cci->destinations, probe_deadline());
	warn_of_unknown(cci);
	swcci_background_poll_self(&cci->background);
	rc = swcci_device_add(cci);
	if (rc)
		goto err_stop;
	return 0;

err_stop:
	swcci_mailbox_kill(&cci->mailbox);
	swcci_destination_self_stop(&cci->destinations);
	stop(function);
	return rc;
}

/*
 * A copy of our own: a reset that a user requests between an error and its recovery
 * overwrites the PCI core's.
 */
static int keep_configuration(struct pci_dev *pdev, struct cci_function *function)
{
	int rc = pci_save_state(pdev);

	if (rc)
		return rc;
	function->saved = pci_store_saved_state(pdev);
	return function->saved ? 0 : -ENOMEM;
}

static void thaw_work(struct work_struct *work);

static int cci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct swcci_mailbox_capability capability;
	struct cci_function *function;
	struct swcci_device *cci;
	int rc;

	function = devm_kzalloc(&pdev->dev, sizeof(*function), GFP_KERNEL);
	if (!function)
		return -ENOMEM;
	rc = pci_enable_device_mem(pdev);
	if (rc)
		return rc;
	pci_set_master(pdev);		/* for MSI; the mailbox does no DMA */
	rc = map_registers(pdev, function, &capability);
	if (rc)
		goto err_disable;
	rc = wait_ready(pdev, function, capability.ready_seconds);
	if (rc)
		goto err_unmap;
	rc = keep_configuration(pdev, function);
	if (rc)
		goto err_unmap;
	cci = swcci_device_alloc(pdev);
	if (IS_ERR(cci)) {
		rc = PTR_ERR(cci);
		goto err_free_saved;
	}
	function->cci = cci;
	INIT_DELAYED_WORK(&function->thaw, thaw_work);
	init_completion(&function->thawed);
	pci_set_drvdata(pdev, function);
	rc = start(cci, function, &capability);
	if (rc)
		goto err_put_device;
	dev_info(&cci->dev, "payload %u bytes, %s\n", capability.payload_size,
		 cci->interrupt_mode == CXL_SWITCH_CCI_INTERRUPT_NONE ? "polled" :
		 cci->interrupt_mode == CXL_SWITCH_CCI_INTERRUPT_MSI ? "MSI" : "MSI-X");
	return 0;

err_put_device:
	put_device(&cci->dev);
err_free_saved:
	kfree(function->saved);
err_unmap:
	unmap_registers(pdev, function);
err_disable:
	pci_disable_device(pdev);
	return rc;
}

/* internals.md, "Events of the function's life": the order is the protocol. */
static void cci_remove(struct pci_dev *pdev)
{
	struct cci_function *function = pci_get_drvdata(pdev);
	struct swcci_device *cci = function->cci;

	cancel_delayed_work_sync(&function->thaw);
	swcci_mailbox_kill(&cci->mailbox);		/* state DEAD; wakes every waiter */
	swcci_mailbox_quiesce(&cci->mailbox);		/* no uevent of the state follows */
	swcci_destination_self_stop(&cci->destinations);	/* ... nor of the identity */
	cdev_device_del(&cci->cdev, &cci->dev);
	stop(function);
	unmap_registers(pdev, function);
	kfree(function->saved);
	pci_disable_device(pdev);
	put_device(&cci->dev);				/* open files may hold it */
}

/*
 * Before a reboot or kexec. Waits for the command under way, for the device's time at
 * most: its answer would reach the next kernel. Stops interrupts. The last state is DEAD:
 * a reset does not bring the mailbox back.
 */
static void cci_shutdown(struct pci_dev *pdev)
{
	struct cci_function *function = pci_get_drvdata(pdev);
	struct swcci_mailbox *mailbox = &function->cci->mailbox;
	struct swcci_mailbox_turn turn;
	int rc;

	cancel_delayed_work_sync(&function->thaw);
	rc = swcci_mailbox_turn_begin(mailbox, &turn,
				      ktime_add_ms(ktime_get(), mailbox->command_timeout_ms));
	swcci_mailbox_kill(mailbox);
	if (!rc)
		swcci_mailbox_turn_end(mailbox, &turn);
	stop(function);
	pci_clear_master(pdev);
}

/* ---- reset, error recovery, sleep: internals.md, "Events of the function's life" ---- */

/*
 * What follows runs under the PCI device lock, except thaw_work(). freeze(), remove() and
 * shutdown() cancel that work first.
 */
static void freeze(struct pci_dev *pdev, bool reset)
{
	struct cci_function *function = pci_get_drvdata(pdev);

	cancel_delayed_work_sync(&function->thaw);
	swcci_mailbox_freeze(&function->cci->mailbox);
	if (!reset)
		return;
	function->reset = true;
	swcci_background_reset(&function->cci->background);
}

static void serve_again(struct cci_function *function)
{
	const struct cxl_switch_cci_notice reset = { .type = CXL_SWITCH_CCI_NOTICE_RESET };
	struct swcci_device *cci = function->cci;

	if (function->reset)
		swcci_destinations_reset(&cci->destinations);
	swcci_mailbox_thaw(&cci->mailbox);
	swcci_background_poll_self(&cci->background);
	swcci_background_poll_again(&cci->background);
	if (function->reset)
		swcci_notices_notify(&cci->notices, NULL, &reset);
	function->reset = false;
}

/*
 * A user's reset within an error's recovery does not end the recovery; its resume does. A
 * recovery that failed leaves the channel offline, and calls back on some kernels only.
 */
static bool recovering(const struct cci_function *function)
{
	return pci_channel_offline(function->cci->pdev) &&
	       time_before(jiffies, function->recovery_by);
}

/* Return: false: try again later; true: it serves, or stays frozen until the next reset. */
static bool try_thaw(struct cci_function *function)
{
	struct swcci_device *cci = function->cci;
	bool late = time_after(jiffies, function->ready_by);
	u64 status;
	int rc;

	if (recovering(function))
		return false;
	rc = check_ready(cci->pdev, function, &status);
	if (rc == -EAGAIN && !late)
		return false;
	if (rc)
		dev_err(&cci->dev, "mailbox %s (status %#llx); sending nothing until a reset\n",
			rc == -ENODEV ? "is absent" : "does not get ready", status);
	else
		serve_again(function);
	complete_all(&function->thawed);
	return true;
}

static void queue_thaw(struct cci_function *function)
{
	queue_delayed_work(swcci_workqueue, &function->thaw, msecs_to_jiffies(READY_STEP_MS));
}

static void thaw_work(struct work_struct *work)
{
	struct cci_function *function = container_of(to_delayed_work(work), struct cci_function,
						     thaw);

	if (!try_thaw(function))
		queue_thaw(function);
}

static int restore_configuration(struct pci_dev *pdev)
{
	struct cci_function *function = pci_get_drvdata(pdev);
	int rc = pci_load_saved_state(pdev, function->saved);

	if (rc)
		return rc;
	pci_restore_state(pdev);
	return pci_save_state(pdev);
}

/*
 * After a link reset whose recovery failed, configuration space is cleared. Every later
 * reset saves and restores it like that.
 */
static void restore_if_cleared(struct pci_dev *pdev)
{
	u16 command;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	if (!(command & PCI_COMMAND_MEMORY))
		restore_configuration(pdev);
}

/* If the function is not ready at once, a worker waits: that may take a minute. */
static void thaw(struct pci_dev *pdev)
{
	struct cci_function *function = pci_get_drvdata(pdev);
	u8 reported = function->cci->mailbox.capability.ready_seconds;

	restore_if_cleared(pdev);
	reinit_completion(&function->thawed);
	function->ready_by = recovering(function) ? function->recovery_by : jiffies;
	function->ready_by += ready_seconds(reported) * HZ;
	if (!try_thaw(function))
		queue_thaw(function);
}

static void cci_reset_prepare(struct pci_dev *pdev)
{
	freeze(pdev, true);
}

/* The caller of the reset expects the function to serve. Most are ready in time. */
static void cci_reset_done(struct pci_dev *pdev)
{
	struct cci_function *function = pci_get_drvdata(pdev);

	thaw(pdev);
	wait_for_completion_timeout(&function->thawed, msecs_to_jiffies(RESET_DONE_MS));
}

/* Without a link reset, only the command under way is lost. */
static pci_ers_result_t cci_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct cci_function *function = pci_get_drvdata(pdev);

	freeze(pdev, state != pci_channel_io_normal);
	switch (state) {
	case pci_channel_io_normal:
		return PCI_ERS_RESULT_CAN_RECOVER;
	case pci_channel_io_frozen:
		function->recovery_by = jiffies + RECOVERY_SECONDS_MAX * HZ;
		return PCI_ERS_RESULT_NEED_RESET;
	default:
		function->recovery_by = jiffies;
		return PCI_ERS_RESULT_DISCONNECT;
	}
}

/* Follows a non-fatal error too, if another function on the bus needs the reset. */
static pci_ers_result_t cci_slot_reset(struct pci_dev *pdev)
{
	freeze(pdev, true);
	return restore_configuration(pdev) ? PCI_ERS_RESULT_DISCONNECT : PCI_ERS_RESULT_RECOVERED;
}

static void cci_resume(struct pci_dev *pdev)
{
	thaw(pdev);
}

static const struct pci_error_handlers cci_error_handlers = {
	.reset_prepare = cci_reset_prepare,
	.reset_done = cci_reset_done,
	.error_detected = cci_error_detected,
	.slot_reset = cci_slot_reset,
	.resume = cci_resume,
};

/* The switch, and what is behind it, may lose power. */
static int cci_sleep(struct device *dev)
{
	freeze(to_pci_dev(dev), true);
	return 0;
}

/* A function that stays frozen must not keep the machine from waking. */
static int cci_wake(struct device *dev)
{
	thaw(to_pci_dev(dev));
	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(cci_pm_ops, cci_sleep, cci_wake);

static const struct pci_device_id cci_ids[] = {
	{ PCI_DEVICE_CLASS(CCI_CLASS, ~0) },
	{ }
};
MODULE_DEVICE_TABLE(pci, cci_ids);

struct pci_driver swcci_pci_driver = {
	.name = KBUILD_MODNAME,
	.id_table = cci_ids,
	.probe = cci_probe,
	.remove = cci_remove,
	.shutdown = cci_shutdown,
	.err_handler = &cci_error_handlers,
	.driver.pm = pm_sleep_ptr(&cci_pm_ops),
	.driver.probe_type = PROBE_PREFER_ASYNCHRONOUS,
};
