import { attribute, element, type XmlElement } from '../../../xml/document.ts';
import { withAdded, withChild } from '../../../xml/edit.ts';
import { devicesOf, type HardwareContext, isQemu } from '../../hardware-context.ts';
import { busOf } from './disk-buses.ts';

/**
 * A SCSI disk without a controller would get an LSI one from libvirt on a PC (qemu_domain.c, qemuDomainDefaultSCSIControllerModel), which is
 * slow and has no driver in newer Windows: it gets a VirtIO one.
 */
export function withScsiController(domain: XmlElement, disk: XmlElement, context: HardwareContext): XmlElement {
  return busOf(disk) === 'scsi' && isQemu(context) ? withScsiBus(domain) : domain;
}

/** With a VirtIO SCSI controller where there is no SCSI controller yet. */
export function withScsiBus(domain: XmlElement): XmlElement {
  const there = devicesOf(domain).some((one) => one.name === 'controller' && attribute(one, 'type') === 'scsi');
  if (there) return domain;
  const controller = element('controller', { type: 'scsi', index: 0, model: 'virtio-scsi' });
  return withChild(domain, 'devices', (devices) => devices && withAdded(devices, controller));
}
