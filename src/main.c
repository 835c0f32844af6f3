// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module init and exit, and the one workqueue. Knows no function.
 */
#include <linux/module.h>
#include <linux/workqueue.h>

#include "device.h"
#include "record/recorder.h"
#include "version.h"

struct workqueue_struct *cci_workqueue;

static int __init cci_init(void)
{
	int rc;

	rc = cci_settings_check();
	if (rc)
		return rc;
	recorder_init();
	cci_workqueue = alloc_workqueue("cxl_switch_cci", WQ_UNBOUND, 0);
	if (!cci_workqueue)
		return -ENOMEM;
	rc = cci_devices_init();
	if (rc)
		goto destroy_workqueue;
	rc = pci_register_driver(&cci_pci_driver);
	if (rc)
		goto devices_exit;
	cci_settings_announce();
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
