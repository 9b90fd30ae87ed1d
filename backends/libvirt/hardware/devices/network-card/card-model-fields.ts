import { choice, choiceAt, numberAt } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { enumOf, type HardwareContext, isQ35, isQemu, isX86, isXen, offered } from '../../hardware-context.ts';

export const isVirtio = (model: unknown): boolean => typeof model === 'string' && model.startsWith('virtio');

/** Of the driver of virtio cards. */
export function virtioFields(): readonly BoundField[] {
  const when = [{ field: 'model', is: ['virtio', 'virtio-transitional', 'virtio-non-transitional'] }];
  const section = 'Virtio';
  const ring = [256, 512, 1024].map((size) => choice(String(size), String(size)));
  return [
    choiceAt('driver', 'driver/@name', {
      label: 'Driver on the host',
      section,
      when,
      advanced: true,
      unset: 'vhost where the kernel has it',
      choices: [choice('vhost', 'vhost', 'In the host’s kernel; faster.'), choice('qemu', 'QEMU')],
    }),
    numberAt('queues', 'driver/@queues', {
      label: 'Queues',
      help: 'How many processors can send and receive at once: at most as many as the guest has.',
      section,
      when,
      advanced: true,
      unset: 'One',
      min: 2,
      max: 256,
    }),
    choiceAt('rxRing', 'driver/@rx_queue_size', { label: 'Receive ring', section, when, advanced: true, unset: '256', choices: ring }),
    choiceAt('txRing', 'driver/@tx_queue_size', { label: 'Send ring', section, when, advanced: true, unset: '256', choices: ring }),
  ];
}

/** No capability names them before libvirt 11; what QEMU has by architecture (hw/net). */
export function cardModels(context: HardwareContext) {
  const told = enumOf(context, ['devices', 'interface'], 'model');
  if (isXen(context)) return [choice('netfront', 'netfront (Xen)'), choice('e1000', 'e1000'), choice('rtl8139', 'RTL8139')];
  if (!isQemu(context)) return [choice('virtio', 'virtio'), choice('e1000', 'e1000'), choice('rtl8139', 'RTL8139')];
  const pc = [
    choice('e1000e', 'Intel e1000e', 'Windows 8 and later have a driver.'),
    choice('igb', 'Intel igb', 'QEMU 8 and later, on Q35.', noIgb(context)),
    choice('e1000', 'Intel e1000', 'For older systems.'),
    choice('rtl8139', 'Realtek RTL8139', 'For very old systems.'),
    choice('pcnet', 'AMD PCnet'),
  ];
  const old = [
    choice('virtio-transitional', 'virtio, old and new', 'Also for guests that know the first version of virtio only.'),
    choice('virtio-non-transitional', 'virtio, new only'),
  ];
  const power = context.arch.startsWith('ppc64') ? [choice('spapr-vlan', 'sPAPR VLAN')] : [];
  return offered([choice('virtio', 'virtio'), ...(isX86(context) ? pc : []), ...power, ...old], told);
}

/** New in libvirt 9.3; a card of PCI Express. */
function noIgb(context: HardwareContext): string | null {
  if (!isQ35(context)) return 'It needs PCI Express: the chipset Q35.';
  return context.libvirt < 9_003_000 ? 'The host’s libvirt is too old for it: it takes 9.3 or later.' : null;
}
