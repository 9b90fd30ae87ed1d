import { attribute, element, text, textAt, type XmlElement } from './document.ts';
import { withChild, withList, withText } from './edit.ts';

/** Finds the kernel in the disk of a guest of Xen's that has no firmware; it comes with Xen and is found by this name alone (xl.cfg(5)). */
export const PYGRUB = 'pygrub';

/** The definition of a guest's first start, with an installer's kernel, made into that of all its others: it boots what was installed. */
export function settled(domain: XmlElement): XmlElement {
  const plain = withChild(domain, 'os', (os) => os && withList(os, ['kernel', 'initrd', 'cmdline'], []));
  // Somebody who wrote their own definition may have said something else, which stays.
  const lasting = withChild(plain, 'on_reboot', (old) => old && (text(old) === 'destroy' ? withText(old, 'restart') : old));
  const bare = attribute(domain, 'type') === 'xen' && textAt(domain, 'os', 'type') !== 'hvm';
  return bare ? withChild(lasting, 'bootloader', (old) => old ?? element('bootloader', {}, PYGRUB)) : lasting;
}
