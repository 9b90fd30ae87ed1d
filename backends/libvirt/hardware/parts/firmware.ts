import type { Choice } from '#model/hardware-field';
import { attribute, child, children, element, path, text, textAt as textOf, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withAttributesAt, withChild, withList, withText } from '../../xml/edit.ts';
import { choice, choiceField, customField, switchAt, textAt, textField, type Saying, type TextSaying } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { enumOf, isQemu, isX86, type HardwareContext } from '../hardware-context.ts';
import { chipsetOf } from './chipset.ts';
import { givenAtStart, only } from './part-fields.ts';

const SECTION = 'Firmware';
/** libvirt takes what features the firmware must have since 7.2. */
const KNOWS_FEATURES = 7_002_000;

type Firmware = 'bios' | 'uefi' | 'uefi-secure-boot';

/** What the guest starts by. A firmware that is named by its file is UEFI where it is flash memory: a BIOS is not. */
export function firmwareIn(domain: XmlElement): Firmware {
  const os = child(domain, 'os');
  const flash = attribute(child(os, 'loader'), 'type') === 'pflash' || child(os, 'nvram') !== null;
  if (attribute(os, 'firmware') !== 'efi' && !flash) return 'bios';
  const enabled = children(child(os, 'firmware'), 'feature').some(
    (feature) => attribute(feature, 'name') === 'secure-boot' && attribute(feature, 'enabled') === 'yes',
  );
  // A file that libvirt found by itself, for a running guest, may be able to do more than was asked for.
  const found = attribute(os, 'firmware') === 'efi' && textOf(os, 'loader') !== null;
  return enabled || (!found && attribute(child(os, 'loader'), 'secure') === 'yes') ? 'uefi-secure-boot' : 'uefi';
}

function withFirmware(domain: XmlElement, firmware: Firmware, { libvirt }: HardwareContext): XmlElement {
  const made = withChild(domain, 'os', (old) => {
    // Files that were chosen for another firmware do not fit this one; libvirt finds those that do.
    const bare = ['firmware', 'loader', 'nvram'].reduce((os, name) => withList(os, [name], []), old ?? element('os'));
    const os = withAttributes(bare, { firmware: firmware === 'bios' ? null : 'efi' });
    if (firmware === 'bios') return os;
    const secure = firmware === 'uefi-secure-boot';
    if (libvirt < KNOWS_FEATURES) return withChild(os, 'loader', () => element('loader', { secure: secure ? 'yes' : 'no' }));
    // Without enrolled keys secure boot checks nothing.
    const features = secure ? ['secure-boot', 'enrolled-keys'] : ['secure-boot'];
    return withChild(os, 'firmware', () =>
      element(
        'firmware',
        {},
        features.map((name) => element('feature', { enabled: secure ? 'yes' : 'no', name })),
      ),
    );
  });
  // Secure boot keeps its variables from the guest's own system by system management mode.
  return firmware === 'uefi-secure-boot' ? withAttributesAt(made, ['features', 'smm'], { state: 'on' }) : made;
}

const asFirmware = (value: unknown): Firmware => (value === 'uefi' || value === 'uefi-secure-boot' ? value : 'bios');

function firmwareChoices(context: HardwareContext): Choice[] {
  const offers = enumOf(context, ['os'], 'firmware');
  const secure = enumOf(context, ['os', 'loader'], 'secure');
  const missing = 'The host has no such firmware for this machine. Its package is called ovmf or edk2-ovmf.';
  const uefi = offers === null || offers.includes('efi') ? null : missing;
  const board = chipsetOf(context.machine) === 'i440fx' ? 'It needs the Q35 chipset.' : null;
  const lacks = secure !== null && !secure.includes('yes') ? missing : null;
  return [
    isX86(context) ? choice('bios', 'BIOS', 'For old systems; it starts quickest.') : choice('bios', 'What the machine brings along'),
    choice('uefi', 'UEFI', 'As computers have it for the last ten years.', uefi),
    choice(
      'uefi-secure-boot',
      'UEFI with secure boot',
      'Starts only what Microsoft has signed: Windows 11, most Linux.',
      uefi ?? lacks ?? board,
    ),
  ];
}

const firmwareSaying: Saying = { label: 'Firmware', help: 'What starts first and looks for a system.', section: SECTION };
const loaderSaying: TextSaying = {
  label: 'Firmware’s file',
  help: 'On the host. Empty: libvirt finds one.',
  section: SECTION,
  advanced: true,
  unset: 'Found by the host',
  maxLength: 4096,
  pattern: { source: '/.+', says: 'A whole path, from /.' },
};

export const firmware: readonly BoundField[] = only(
  isQemu,
  customField((context) => choiceField('firmware', { ...firmwareSaying, choices: firmwareChoices }, context), {
    read: firmwareIn,
    write: (domain, value, context) => withFirmware(domain, asFirmware(value), context),
  }),
  givenAtStart(
    customField((context) => textField('loader', { ...loaderSaying, suggestions: loaderSuggestions }, context), {
      read: (domain) => textOf(domain, 'os', 'loader'),
      write: (domain, value) =>
        withChild(domain, 'os', (os) =>
          withChild(os ?? element('os'), 'loader', (old) => {
            if (typeof value !== 'string' || value === '') return null;
            return withText(old ?? element('loader', { readonly: 'yes', type: 'pflash' }), value);
          }),
        ),
    }),
  ),
  {
    ...switchAt('stateless', 'os/loader/@stateless', {
      label: 'Remembers nothing',
      help: 'The firmware has no variables’ file, so that each start is like the first: for guests whose start is proved to their owner.',
      section: SECTION,
      advanced: true,
      unset: 'As the firmware likes',
      when: [{ field: 'firmware', is: ['uefi', 'uefi-secure-boot'] }],
    }),
    fits: ({ libvirt }: HardwareContext) => libvirt >= 8_006_000,
  },
  givenAtStart(
    textAt('variables', 'os/nvram', {
      label: 'Variables’ file',
      help: 'Where the firmware keeps what it remembers for this guest: its boot entries and keys.',
      section: SECTION,
      advanced: true,
      unset: 'Where the host keeps them',
      maxLength: 4096,
      when: [{ field: 'firmware', is: ['uefi', 'uefi-secure-boot'] }],
      pattern: { source: '/.+', says: 'A whole path, from /.' },
    }),
  ),
  givenAtStart(
    textAt('variables-template', 'os/nvram/@template', {
      label: 'Made from',
      help: 'The file that new variables are a copy of.',
      section: SECTION,
      advanced: true,
      unset: 'What belongs to the firmware',
      maxLength: 4096,
      when: [{ field: 'firmware', is: ['uefi', 'uefi-secure-boot'] }],
      pattern: { source: '/.+', says: 'A whole path, from /.' },
    }),
  ),
);

const loaderSuggestions = ({ capabilities }: HardwareContext): Choice[] =>
  children(path(capabilities, 'os', 'loader'), 'value').flatMap((value) => {
    const file = text(value);
    return file === '' ? [] : [choice(file, file)];
  });
