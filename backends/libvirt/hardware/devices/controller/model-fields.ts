import type { Choice } from '#model/hardware-field';
import { attribute } from '../../../xml/document.ts';
import { withAttributes } from '../../../xml/edit.ts';
import { choice, choiceField, customField } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { type HardwareContext, isQ35 } from '../../hardware-context.ts';

/** A model of one type of controller. */
function modelOf(type: string, unset: string | null, help: string, choices: (context: HardwareContext) => readonly Choice[]): BoundField {
  return customField(
    (context) =>
      choiceField(
        `${type}Model`,
        { label: 'Model', help, when: [{ field: 'type', is: [type] }], choices, ...(unset === null ? {} : { unset }) },
        context,
      ),
    {
      read: (controller) => (attribute(controller, 'type') === type ? attribute(controller, 'model') : null),
      write: (controller, value) =>
        attribute(controller, 'type') === type
          ? withAttributes(controller, { model: typeof value === 'string' ? value : null })
          : controller,
    },
  );
}

/** https://libvirt.org/formatdomain.html#controllers */
export const modelFields: readonly BoundField[] = [
  modelOf('scsi', 'As libvirt likes (LSI 53C895A on a PC)', 'Which card the guest sees.', () => [
    choice('virtio-scsi', 'VirtIO SCSI', 'The fastest. Linux has its driver; Windows needs it from the virtio-win disc.'),
    choice('lsisas1078', 'LSI MegaRAID SAS 1078', 'Windows has its driver.'),
    choice('lsisas1068', 'LSI SAS 1068'),
    choice('lsilogic', 'LSI 53C895A', 'For old systems.'),
    choice('vmpvscsi', 'VMware paravirtual SCSI', 'For guests that come from VMware.'),
    choice('virtio-transitional', 'VirtIO SCSI, transitional'),
    choice('virtio-non-transitional', 'VirtIO SCSI, non-transitional'),
    choice('ibmvscsi', 'IBM vSCSI', 'For POWER guests.'),
    choice('buslogic', 'BusLogic'),
  ]),
  modelOf('usb', 'As libvirt likes (USB 1.1 on a PC)', 'Which USB the guest has.', () => [
    choice('qemu-xhci', 'USB 3 (xHCI)', 'For all systems since Windows 8 and for every Linux.'),
    choice('nec-xhci', 'USB 3 (NEC xHCI)', 'For Windows 7 with NEC’s driver.'),
    choice('ich9-ehci1', 'USB 2 (EHCI)', 'For old systems. It comes with three companions for USB 1.1 devices.'),
    choice('piix3-uhci', 'USB 1.1 (UHCI)', 'For the oldest systems.'),
    choice('ehci', 'USB 2 alone (EHCI)'),
    choice('pci-ohci', 'USB 1.1 (OHCI)'),
    choice('none', 'No USB at all', 'The machine gets no USB controller. No other may be there then.'),
  ]),
  modelOf('pci', null, 'What sort of place for devices it is.', (context) => [
    choice(
      'pcie-root-port',
      'PCI Express port',
      'A socket for one device that is plugged in while the guest runs.',
      isQ35(context) || !context.arch.startsWith('x86') ? null : 'This chipset (i440FX) has no PCI Express.',
    ),
    choice('pcie-to-pci-bridge', 'PCI Express to PCI bridge', 'For devices of old conventional PCI.'),
    choice('pci-bridge', 'PCI bridge', 'More slots of conventional PCI.'),
  ]),
];
