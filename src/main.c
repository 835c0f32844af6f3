// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module init and exit, and the one workqueue. Knows no function.
 */
#include <linux/module.h>
#include <linux/workqueue.h>

#include "device.h"
#include "record/record.h"
#include "version.h"

struct workqueue_struct *swcci_workqueue;

static int __init cci_init(void)
{
	int rc;

	rc = swcci_settings_check();
	if (rc)
		return rc;
	swcci_recorder_init();
	swcci_workqueue = alloc_workqueue("cxl_switch_cci", WQ_UNBOUND, 0);
	if (!swcci_workqueue)
		return -ENOMEM;
	rc = swcci_devices_init();
	if (rc)
		goto destroy_workqueue;
	rc = pci_register_driver(&swcci_pci_driver);
	if (rc)
		goto devices_exit;
	swcci_settings_announce();
	return 0;

devices_exit:
	swcci_devices_exit();
destroy_workqueue:
	destroy_workqueue(swcci_workqueue);
	return rc;
}

static void __exit cci_exit(void)
{
	pci_unregister_driver(&swcci_pci_driver);
	swcci_devices_exit();
	destroy_workqueue(swcci_workqueue);
}

module_init(cci_init);
module_exit(cci_exit);

MODULE_DESCRIPTION("CXL Switch Mailbox CCI");
MODULE_AUTHOR("The cxl-switch-cci maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(CXL_SWITCH_CCI_VERSION);
