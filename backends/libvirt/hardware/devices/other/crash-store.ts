import { MiB } from '#model/quantity';
import { element, textAt as readText } from '../../../xml/document.ts';
import { choice, choiceAt, textAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, isQemu, isX86 } from '../../hardware-context.ts';
import { KiB } from '../../parts/part-fields.ts';
import { summaryWords } from '../../summary-words.ts';
import { bytesAt } from './small-sizes.ts';

/** libvirt 10.6 and later (docs/formatdomain, "PSTORE"). */
const SINCE = 10_006_000;

export const crashStore: DeviceKind = {
  sort: 'device',
  kind: 'pstore',
  group: 'other',
  title: 'Crash store (pstore)',
  help: 'A little memory that outlives a crash: the guest’s kernel writes its last words there, and finds them at its next start.',
  fits: isQemu,
  is: ({ name }) => name === 'pstore',
  identity: () => null,
  name: () => 'Crash store',
  summary: ({ path }) => summaryWords(path),
  fields: [
    choiceAt('backend', '@backend', { label: 'Way of keeping', choices: [choice('acpi-erst', 'ACPI ERST')] }),
    textAt('path', 'path', {
      label: 'File',
      help: 'On the host. It is made when the guest starts.',
      maxLength: 4096,
      pattern: { source: '/.*', says: 'The whole path, from / on.' },
    }),
    bytesAt('size', ['size'], { label: 'Size', min: 8 * KiB, max: 16 * MiB }),
  ],
  addition: {
    blank: ({ domain }) => {
      const path = `/var/lib/libvirt/qemu/nvram/${readText(domain, 'name')?.replaceAll('/', '-') ?? 'guest'}_PSTORE.raw`;
      return element('pstore', { backend: 'acpi-erst' }, element('path', {}, path), element('size', { unit: 'KiB' }, '64'));
    },
    unavailable: (context) => {
      if (context.libvirt < SINCE) return 'The host’s libvirt is older than 10.6.';
      if (!isX86(context) && context.arch !== 'aarch64') return 'This architecture has none.';
      return devicesOf(context.domain).some(({ name }) => name === 'pstore') ? 'The guest has one.' : null;
    },
    live: () => false,
  },
  removal: { live: () => false },
};
