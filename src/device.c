// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object behind /dev/cxl/switchN: class, number, release and uevents. Queries the
 * function until its identity is known. Knows neither registers nor commands.
 */
#include "device.h"

#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include "compat/devnode.h"
#include "numbers.h"

/* The identity as the last uevent showed it to user space. */
struct announced {
	u64 serial;
	bool known;
	u8 type;
	u8 source;
};

/* What no other file needs. */
struct object {
	struct swcci_device cci;
	struct announced announced;
	unsigned long uevents;		/* bits: */
#define UEVENT_ADDED	0	/* KOBJ_ADD was sent: others may follow */
#define UEVENT_STATE	1	/* a change of the state was not reported yet */
};

static struct object *object_of(struct swcci_device *cci)
{
	return container_of(cci, struct object, cci);
}

struct workqueue_struct *swcci_workqueue;

/* from swcci_devices_init() on */
static dev_t first_devt;
static const struct file_operations *node_fops;
static const struct attribute_group **node_groups;

static DEFINE_MUTEX(numbers_lock);	/* guards the two below */
static struct swcci_numbers numbers;
static u64 last_instance_id;

/* Objects not released yet: their release function is in this module's text. */
static atomic_t alive;

CCI_DEVNODE(cci_devnode, "cxl/%s")

static struct class cci_class = {
	.name = "cxl_switch_cci",
	.devnode = CCI_DEVNODE_POINTER(cci_devnode),
};

static int take_number(struct pci_dev *pdev)
{
	u64 address = (u64)pci_domain_nr(pdev->bus) << 16 | pci_dev_id(pdev);
	int number;

	mutex_lock(&numbers_lock);
	number = swcci_numbers_take(&numbers, address);
	mutex_unlock(&numbers_lock);
	return number;
}

static void give_up_number(int number)
{
	mutex_lock(&numbers_lock);
	swcci_numbers_give_up(&numbers, number);
	mutex_unlock(&numbers_lock);
}

/*
 * Never 0, and unique since boot: the time since boot advances while the machine sleeps and
 * while the module is not loaded. If the clock did not advance, the last id + 1.
 */
static u64 new_instance_id(void)
{
	u64 id;

	mutex_lock(&numbers_lock);
	id = max_t(u64, ktime_get_boottime_ns(), last_instance_id + 1);
	last_instance_id = id;
	mutex_unlock(&numbers_lock);
	return id;
}

/* ---- the state, and its changes ---- */

/**
 * swcci_device_state() - the state of the device, as user space sees it
 * @cci: the device
 *
 * Any context. Takes no lock: the state may change at once.
 *
 * Return: the state.
 */
enum cxl_switch_cci_state swcci_device_state(struct swcci_device *cci)
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

/* Only after KOBJ_ADD. @line: of the uevent's environment. */
static void send_change(struct object *object, const char *line)
{
	char *environment[] = { (char *)line, NULL };

	kobject_uevent_env(&object->cci.dev.kobj, KOBJ_CHANGE, environment);
}

/* Before KOBJ_ADD, udev does not know the device: swcci_device_add() reports it then. */
static void report_state(struct object *object)
{
	static const char * const states[] = {
		[CXL_SWITCH_CCI_STATE_READY] = "STATE=ready",
		[CXL_SWITCH_CCI_STATE_STUCK] = "STATE=stuck",
		[CXL_SWITCH_CCI_STATE_RESETTING] = "STATE=resetting",
		[CXL_SWITCH_CCI_STATE_GONE] = "STATE=gone",
	};

	if (!test_bit(UEVENT_ADDED, &object->uevents) ||
	    !test_and_clear_bit(UEVENT_STATE, &object->uevents))
		return;
	sysfs_notify(&object->cci.dev.kobj, NULL, "state");
	send_change(object, states[swcci_device_state(&object->cci)]);
}

/**
 * swcci_device_state_changed() - report the state to user space
 * @cci: the device
 *
 * Sends the change uevent and wakes poll() of the attribute; before KOBJ_ADD was sent,
 * leaves both to swcci_device_add(). Process context; may be inside the mailbox. Sleeps.
 */
void swcci_device_state_changed(struct swcci_device *cci)
{
	struct object *object = object_of(cci);

	set_bit(UEVENT_STATE, &object->uevents);
	smp_mb__after_atomic();		/* pairs with swcci_device_add() */
	report_state(object);
}

/* ---- the identity: queried until it is known, its changes announced ---- */

/* Before the next try, if the mailbox was busy, stuck or in reset. */
#define RETRY_MS	1000

/* Compares what sysfs shows. */
static bool is_announced(const struct announced *a, const struct swcci_identity *identity,
			 const struct swcci_component *component)
{
	return a->known == identity->known && a->serial == identity->serial &&
	       a->type == component->type && a->source == component->source;
}

/* Called by swcci_device_add() before the node exists, and by the work after that. */
static bool note_announced(struct object *object)
{
	struct announced *a = &object->announced;
	struct swcci_identity identity;
	struct swcci_component component;

	swcci_destination_self_known(&object->cci.destinations, &identity, &component);
	if (is_announced(a, &identity, &component))
		return false;
	*a = (struct announced){
		.known = identity.known,
		.serial = identity.serial,
		.type = component.type,
		.source = component.source,
	};
	return true;
}

static void announce(struct object *object)
{
	if (note_announced(object))
		send_change(object, object->announced.known ? "IDENTITY=known" :
							      "IDENTITY=unknown");
}

static void self_work(struct work_struct *work)
{
	struct swcci_destinations *all = container_of(to_delayed_work(work),
						      struct swcci_destinations, self_work);
	struct swcci_device *cci = container_of(all, struct swcci_device, destinations);
	u32 due;
	int rc;

	if (test_bit(UEVENT_ADDED, &object_of(cci)->uevents))
		announce(object_of(cci));
	due = swcci_destination_self_due_ms(all);
	if (due == DESTINATION_SETTLED)
		return;
	if (due) {
		swcci_destination_self_later(all, due);
		return;
	}
	/* an answer queues this work again */
	rc = swcci_destination_self(all, KTIME_MAX);
	if (rc && rc != -ENODEV)
		swcci_destination_self_later(all, RETRY_MS);
}

/* ---- the object ---- */

static void cci_device_release(struct device *dev)
{
	struct swcci_device *cci = to_cci(dev);
	struct object *object = object_of(cci);

	/* not in remove(): callers of open files use it until now */
	swcci_mailbox_destroy(&cci->mailbox);
	swcci_background_free(&cci->background);
	swcci_destinations_free(&cci->destinations);
	pci_dev_put(cci->pdev);
	give_up_number(cci->number);
	kfree(object);
	if (atomic_dec_and_test(&alive))
		wake_up_var(&alive);
}

static void init_device(struct swcci_device *cci, struct pci_dev *pdev, int number)
{
	atomic_inc(&alive);
	device_initialize(&cci->dev);
	cci->dev.class = &cci_class;
	cci->dev.parent = &pdev->dev;
	cci->dev.groups = node_groups;
	cci->dev.release = cci_device_release;
	cci->dev.devt = first_devt + number;
	cci->pdev = pci_dev_get(pdev);
	cci->pci_domain = pci_domain_nr(pdev->bus);
	cci->pci_bus = pdev->bus->number;
	cci->pci_devfn = pdev->devfn;
	cci->number = number;
	cci->instance_id = new_instance_id();
	cdev_init(&cci->cdev, node_fops);
	cci->cdev.owner = THIS_MODULE;
}

static int init_parts(struct swcci_device *cci)
{
	INIT_DELAYED_WORK(&cci->destinations.self_work, self_work);
	swcci_notices_init(&cci->notices);
	swcci_recorder_init(&cci->recorder, &cci->dev, cci->number);
	swcci_background_init(&cci->background, swcci_workqueue, &cci->mailbox,
			      &cci->destinations, &cci->notices, &cci->recorder, cci->number);
	swcci_transfers_init(&cci->transfers);
	swcci_watch_init(&cci->watch, swcci_workqueue, &cci->mailbox, &cci->notices,
			 &cci->background);
	cci->commands = (struct swcci_commands){
		.dev = &cci->dev,
		.number = cci->number,
		.mailbox = &cci->mailbox,
		.destinations = &cci->destinations,
		.background = &cci->background,
		.transfers = &cci->transfers,
		.notices = &cci->notices,
		.watch = &cci->watch,
		.recorder = &cci->recorder,
	};
	swcci_settings_init(&cci->commands.settings);
	return swcci_destinations_init(&cci->destinations, swcci_workqueue, &cci->mailbox,
				       &cci->recorder.last_command_id, cci->number);
}

/**
 * swcci_device_alloc() - make the object of a function, not yet visible
 * @pdev: the function; takes a reference
 *
 * Process context; sleeps.
 *
 * Return: the object with one reference (put_device()), or an ERR_PTR: -ENOMEM;
 * -ENOSPC: all NUMBERS_MAX numbers are in use.
 */
struct swcci_device *swcci_device_alloc(struct pci_dev *pdev)
{
	struct swcci_device *cci;
	struct object *object;
	int number, rc;

	object = kzalloc(sizeof(*object), GFP_KERNEL);
	if (!object)
		return ERR_PTR(-ENOMEM);
	number = take_number(pdev);
	if (number < 0) {
		kfree(object);
		return ERR_PTR(number);
	}
	cci = &object->cci;
	object->announced.type = CXL_SWITCH_CCI_COMPONENT_UNKNOWN;
	init_device(cci, pdev, number);
	rc = init_parts(cci);
	if (!rc)
		rc = dev_set_name(&cci->dev, "switch%d", number);
	if (rc)
		goto err_put_device;
	return cci;

err_put_device:
	put_device(&cci->dev);
	return ERR_PTR(rc);
}

/**
 * swcci_device_add() - make the node
 * @cci: the device
 *
 * Changes of the state or the identity before KOBJ_ADD are reported after it. Process
 * context; sleeps. remove() undoes it with cdev_device_del().
 *
 * Return: 0, or the error of cdev_device_add().
 */
int swcci_device_add(struct swcci_device *cci)
{
	struct object *object = object_of(cci);
	int rc;

	/* udev reads the present state and identity at KOBJ_ADD */
	note_announced(object);
	clear_bit(UEVENT_STATE, &object->uevents);
	rc = cdev_device_add(&cci->cdev, &cci->dev);
	if (rc)
		return rc;
	set_bit(UEVENT_ADDED, &object->uevents);
	smp_mb__after_atomic();		/* pairs with swcci_device_state_changed() */
	report_state(object);
	/* the identity may have changed since note_announced() */
	swcci_destination_self_soon(&cci->destinations);
	return 0;
}

/* ---- the machine's sleep: internals.md, "The machine's sleep" ---- */

static int pause(struct device *dev, void *unused)
{
	struct swcci_device *cci = to_cci(dev);

	swcci_mailbox_pause(&cci->mailbox);
	/* of BG_CANCEL */
	wake_up_all(&cci->background.changed);
	return 0;
}

static int unpause(struct device *dev, void *unused)
{
	swcci_mailbox_unpause(&to_cci(dev)->mailbox);
	return 0;
}

/* Called before tasks are frozen: a task that waits for a device cannot be frozen. */
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

/* ---- the module ---- */

/**
 * swcci_devices_init() - make what all objects share
 * @fops: of their nodes
 * @groups: their attributes
 *
 * Return: 0; -ENOMEM; the error of alloc_chrdev_region(), class_register() or
 * register_pm_notifier().
 */
int swcci_devices_init(const struct file_operations *fops, const struct attribute_group **groups)
{
	int rc;

	node_fops = fops;
	node_groups = groups;
	swcci_workqueue = alloc_workqueue("cxl_switch_cci", WQ_UNBOUND, 0);
	if (!swcci_workqueue)
		return -ENOMEM;
	rc = alloc_chrdev_region(&first_devt, 0, NUMBERS_MAX, "cxl_switch_cci");
	if (rc)
		goto err_destroy_workqueue;
	rc = class_register(&cci_class);
	if (rc)
		goto err_unregister_region;
	rc = register_pm_notifier(&sleep_notifier);
	if (rc)
		goto err_unregister_class;
	return 0;

err_unregister_class:
	class_unregister(&cci_class);
err_unregister_region:
	unregister_chrdev_region(first_devt, NUMBERS_MAX);
err_destroy_workqueue:
	destroy_workqueue(swcci_workqueue);
	return rc;
}

/**
 * swcci_devices_exit() - undo swcci_devices_init()
 *
 * No function is bound. No file is open (files hold the module), but references to objects
 * may remain: waits until the last one is released.
 */
void swcci_devices_exit(void)
{
	unregister_pm_notifier(&sleep_notifier);
	wait_var_event(&alive, !atomic_read(&alive));
	class_unregister(&cci_class);
	unregister_chrdev_region(first_devt, NUMBERS_MAX);
	destroy_workqueue(swcci_workqueue);
}
