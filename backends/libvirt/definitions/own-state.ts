import { attribute, child, children, descendants, type XmlElement } from '../xml/document.ts';

/** Whether a guest by this definition keeps UEFI variables of its own, which go with it. */
export function hasFirmwareState(document: XmlElement): boolean {
  const os = child(document, 'os');
  return child(os, 'nvram') !== null || attribute(os, 'firmware') === 'efi';
}

/** Whether it has an emulated TPM, whose secrets go with it. */
export const hasTpmState = (document: XmlElement): boolean =>
  descendants(document, 'tpm').some((each) => children(each, 'backend').some((backend) => attribute(backend, 'type') === 'emulator'));
