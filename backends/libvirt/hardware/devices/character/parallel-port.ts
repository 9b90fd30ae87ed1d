import { attribute, child, element } from '../../../xml/document.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, isQemu, isX86 } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { sourceFields, sourceProblems } from './source-fields.ts';
import { sourceChoices, sourceWord } from './source-types.ts';

/** https://libvirt.org/formatdomain.html#parallel-port */
export const parallelPort: DeviceKind = {
  sort: 'device',
  kind: 'parallel',
  group: 'input',
  title: 'Parallel port',
  help: 'For printers and dongles of the last century.',
  fits: (context) => isQemu(context) && isX86(context),
  is: ({ name }) => name === 'parallel',
  identity: (port) => attribute(child(port, 'target'), 'port'),
  name: (_port, number) => (number === null ? 'Parallel port' : `Parallel port ${number}`),
  summary: ({ type, path, socket }) => summaryWords(sourceWord(type), path, socket),
  fields: sourceFields({ types: (context) => sourceChoices(context, 'pty', 'unix', 'tcp', 'udp', 'file', 'dev', 'pipe', 'null') }),
  problems: sourceProblems,
  addition: {
    blank: () => element('parallel', { type: 'file' }, element('source', { path: '/dev/null' })),
    // QEMU, include/hw/char/parallel.h: MAX_PARALLEL_PORTS.
    unavailable: ({ domain }) =>
      devicesOf(domain).filter(({ name }) => name === 'parallel').length >= 3 ? 'The guest has three, which is all that fit.' : null,
    live: () => false,
  },
  removal: { live: () => false },
};
