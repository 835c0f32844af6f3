// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module init and exit, and its parameters. Everything else is elsewhere.
 */
#include <linux/module.h>
#include <linux/workqueue.h>

#include "device.h"
#include "version.h"

#define COMMAND_TIMEOUT_MIN_MS	10
#define COMMAND_TIMEOUT_MAX_MS	60000

static unsigned int command_timeout_ms = 2000;
module_param(command_timeout_ms, uint, 0444);
MODULE_PARM_DESC(command_timeout_ms,
		 "time a device may take over one command, in ms (10 to 60000; CXL 3.1 says 2000)");

struct workqueue_struct *cci_workqueue;

u32 cci_command_timeout_ms(void)
{
	return command_timeout_ms;
}

static int __init cci_init(void)
{
	int rc;

	if (command_timeout_ms < COMMAND_TIMEOUT_MIN_MS ||
	    command_timeout_ms > COMMAND_TIMEOUT_MAX_MS) {
		pr_err("cxl_switch_cci: command_timeout_ms=%u is outside %u to %u\n",
		       command_timeout_ms, COMMAND_TIMEOUT_MIN_MS, COMMAND_TIMEOUT_MAX_MS);
		return -EINVAL;
	}
	cci_workqueue = alloc_workqueue("cxl_switch_cci", WQ_UNBOUND, 0);
	if (!cci_workqueue)
		return -ENOMEM;
	rc = cci_devices_init();
	if (rc)
		goto destroy_workqueue;
	rc = pci_register_driver(&cci_pci_driver);
	if (rc)
		goto devices_exit;
	return 0;

devices_exit:
	cci_devices_exit();
destroy_workqueue:
	destroy_workqueue(cci_workqueue);
	return rc;
}

static void __exit cci_exit(void)
{
	pci_unregister_driver(&cci_pci_driver);
	cci_devices_exit();
	destroy_workqueue(cci_workqueue);
}

module_init(cci_init);
module_exit(cci_exit);

MODULE_DESCRIPTION("CXL Switch Mailbox CCI");
MODULE_AUTHOR("The cxl-switch-cci maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(CXL_SWITCH_CCI_VERSION);
