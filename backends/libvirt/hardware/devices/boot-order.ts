import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, child, children } from '../../xml/document.ts';
import { numberAt } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { devicesOf, type HardwareContext } from '../hardware-context.ts';

export const bootOrder: BoundField = numberAt('bootOrder', 'boot/@order', {
  label: 'Place in the boot order',
  unset: 'Not in it',
  fixed: 'It is changed under “Boot”, where the whole order is seen.',
  advanced: true,
  min: 1,
  max: 9999,
});

/** What libvirt refuses of a new device's place (src/conf/domain_postparse.c, virDomainDefBootPostParse; domain_conf.c, virDomainDefCollectBootOrder). */
export function bootOrderProblems({ bootOrder: place }: FieldValues, { domain }: HardwareContext): FieldProblem[] {
  if (typeof place !== 'number') return [];
  if (children(child(domain, 'os'), 'boot').length > 0) {
    return [{ field: 'bootOrder', message: 'This guest boots by sorts of devices. Add it first, and then give the order under “Boot”.' }];
  }
  const holders = devicesOf(domain).filter((device) => attribute(child(device, 'boot'), 'order') === String(place));
  return holders.length > 1 ? [{ field: 'bootOrder', message: 'Another device has this place.' }] : [];
}
