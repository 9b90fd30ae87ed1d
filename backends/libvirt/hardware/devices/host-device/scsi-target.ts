import { attribute, child, element } from '../../../xml/document.ts';
import { textAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { isQemu } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { virtioModel } from '../virtio-options.ts';

/** https://libvirt.org/formatdomain.html#usb-pci-scsi-devices, "scsi_host" */
export const scsiTarget: DeviceKind = {
  sort: 'device',
  kind: 'scsi-target',
  group: 'host',
  title: 'SCSI target of the host (vhost)',
  help: 'Disks that the host’s kernel hands out itself (LIO), without QEMU between them.',
  fits: isQemu,
  is: (one) => one.name === 'hostdev' && attribute(one, 'type') === 'scsi_host' && attribute(one, 'mode') !== 'capabilities',
  identity: (hostdev) => attribute(child(hostdev, 'source'), 'wwpn'),
  name: (_hostdev, number) => (number === null ? 'SCSI target' : `SCSI target ${number}`),
  summary: ({ wwpn }) => summaryWords(wwpn),
  fields: [
    textAt('wwpn', 'source/@wwpn', {
      label: 'Name (WWPN)',
      help: 'As targetcli shows it under /vhost.',
      pattern: { source: 'naa\\.[0-9a-fA-F]{16}', says: 'Like naa.5123456789abcde0.' },
    }),
    virtioModel(),
  ],
  addition: {
    blank: () =>
      element(
        'hostdev',
        { mode: 'subsystem', type: 'scsi_host', managed: 'no', model: 'virtio' },
        element('source', { protocol: 'vhost' }),
      ),
    unavailable: () => null,
    live: () => true,
  },
  removal: { live: () => true },
};
