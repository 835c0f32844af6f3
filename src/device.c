// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object behind /dev/cxl/switchN: its class, its number, its end. Knows
 * neither registers nor commands.
 */
#include "device.h"

#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/wait_bit.h>

#include "compat/devnode.h"

#define DEVICES_MAX	256

static dev_t first_devt;

/*
 * The PCI address that each N belongs to, kept until the module goes: a
 * function that comes back after a reset or a hot-plug is found where it was.
 */
static DEFINE_MUTEX(numbers_lock);	/* guards the two below */
static u64 numbers[DEVICES_MAX];
static u32 numbers_used;

/* Objects alive; their release function is in this module's text. */
static atomic_t alive;

CCI_DEVNODE(cci_devnode, "cxl/%s")

static struct class cci_class = {
	.name = "cxl_switch_cci",
	.devnode = CCI_DEVNODE_POINTER(cci_devnode),
};

static u64 pci_address(struct pci_dev *pdev)
{
	return (u64)pci_domain_nr(pdev->bus) << 16 | pci_dev_id(pdev);
}

static int number_of(struct pci_dev *pdev)
{
	u64 address = pci_address(pdev);
	int number = -ENOSPC;
	u32 i;

	mutex_lock(&numbers_lock);
	for (i = 0; i < numbers_used && numbers[i] != address; i++)
		;
	if (i < DEVICES_MAX) {
		number = i;
		numbers[i] = address;
		numbers_used = max(numbers_used, i + 1);
	}
	mutex_unlock(&numbers_lock);
	return number;
}

static void cci_device_release(struct device *dev)
{
	struct cci_device *cci = to_cci(dev);

	/* not in remove(): callers of open files pass through it until here */
	mailbox_destroy(&cci->mailbox);
	background_free(&cci->background);
	destination_put(cci->self);
	destinations_free(&cci->destinations);
	pci_dev_put(cci->pdev);
	kfree(cci);
	if (atomic_dec_and_test(&alive))
		wake_up_var(&alive);
}

/**
 * cci_device_alloc() - a new object for a function, not yet visible
 * @pdev: the function; a reference is taken
 *
 * Return: the object with one reference (put_device()), or an ERR_PTR:
 * -ENOMEM, -ENOSPC where all numbers are taken.
 */
struct cci_device *cci_device_alloc(struct pci_dev *pdev)
{
	static const struct tunnel_path itself;
	struct cci_device *cci;
	int number = number_of(pdev);
	int rc;

	if (number < 0)
		return ERR_PTR(number);
	cci = kzalloc(sizeof(*cci), GFP_KERNEL);
	if (!cci)
		return ERR_PTR(-ENOMEM);

	atomic_inc(&alive);
	device_initialize(&cci->dev);
	cci->dev.class = &cci_class;
	cci->dev.parent = &pdev->dev;
	cci->dev.groups = cci_attribute_groups;
	cci->dev.release = cci_device_release;
	cci->dev.devt = first_devt + number;
	cci->pdev = pci_dev_get(pdev);
	cci->number = number;
	/* time since boot with sleep never repeats, and 0 is long past */
	cci->instance_id = ktime_get_boottime_ns();
	cci_settings_init(&cci->settings);
	destinations_init(&cci->destinations);
	background_init(&cci->background);
	transfers_init(&cci->transfers);
	notices_init(&cci->notices);
	watch_init(&cci->watch);
	recorder_init_device(&cci->recorder);
	cdev_init(&cci->cdev, &cci_fops);
	cci->cdev.owner = THIS_MODULE;

	rc = dev_set_name(&cci->dev, "switch%d", number);
	if (!rc)
		rc = destination_get(cci, &itself, &cci->self);
	if (!rc)
		return cci;
	put_device(&cci->dev);
	return ERR_PTR(rc);
}

enum cxl_switch_cci_state cci_device_state(struct cci_device *cci)
{
	switch (mailbox_state(&cci->mailbox)) {
	case MAILBOX_IDLE:
	case MAILBOX_OWNED:
	case MAILBOX_DRAINING:
		return CXL_SWITCH_CCI_STATE_READY;
	case MAILBOX_STUCK:
		return CXL_SWITCH_CCI_STATE_STUCK;
	case MAILBOX_RESETTING:
		return CXL_SWITCH_CCI_STATE_RESETTING;
	case MAILBOX_DEAD:
		break;
	}
	return CXL_SWITCH_CCI_STATE_GONE;
}

/* ---- the machine's sleep: DESIGN section 7 ---- */

static int pause(struct device *dev, void *unused)
{
	struct cci_device *cci = to_cci(dev);

	mailbox_pause(&cci->mailbox);
	/* BG_CANCEL waits there */
	wake_up_all(&cci->background.changed);
	return 0;
}

static int unpause(struct device *dev, void *unused)
{
	mailbox_unpause(&to_cci(dev)->mailbox);
	return 0;
}

/* Before tasks are frozen: one that waits for a device cannot be. */
static int before_and_after_sleep(struct notifier_block *notifier, unsigned long event,
				  void *unused)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		class_for_each_device(&cci_class, NULL, NULL, pause);
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		class_for_each_device(&cci_class, NULL, NULL, unpause);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block sleep_notifier = {
	.notifier_call = before_and_after_sleep,
};

int cci_devices_init(void)
{
	int rc;

	rc = alloc_chrdev_region(&first_devt, 0, DEVICES_MAX, "cxl_switch_cci");
	if (rc)
		return rc;
	rc = class_register(&cci_class);
	if (rc)
		goto unregister_region;
	rc = register_pm_notifier(&sleep_notifier);
	if (!rc)
		return 0;
	class_unregister(&cci_class);
unregister_region:
	unregister_chrdev_region(first_devt, DEVICES_MAX);
	return rc;
}

/* No file is open (they hold the module), but a release may still be due. */
void cci_devices_exit(void)
{
	unregister_pm_notifier(&sleep_notifier);
	wait_var_event(&alive, !atomic_read(&alive));
	class_unregister(&cci_class);
	unregister_chrdev_region(first_devt, DEVICES_MAX);
}
