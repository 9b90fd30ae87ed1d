import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { textAt, type Saying } from '../bound-fields.ts';
import type { LiveWay, MachinePart } from '../device-kind.ts';
import { isContainer } from '../hardware-context.ts';
import { chipsetConsequences, chipsetOf, machineIn } from './chipset.ts';
import { summaryWords } from '../summary-words.ts';
import { machineProblems, machineType } from './machine-type.ts';
import { operatingSystem, windowsIn } from './operating-system.ts';
import { only } from './part-fields.ts';
import { rename } from './rename.ts';

/** libvirt: virDomainMetadataType. */
const Metadata = { description: 0, title: 1 } as const;

const setMetadata =
  (type: number): LiveWay =>
  async ({ host, dom }, value) => {
    const metadata = typeof value === 'string' && value !== '' ? value : null;
    await host.job(remote.domainSetMetadata, { dom, type, metadata, key: null, uri: null, flags: Affect.live });
  };

const shown = (label: string, fixed: string): Saying => ({ label, section: 'Machine', unset: 'Not said', fixed });

/** https://libvirt.org/formatdomain.html#general-metadata */
export const overview: MachinePart = {
  sort: 'part',
  kind: 'overview',
  group: 'machine',
  title: 'Overview',
  help: 'What the guest is called, what it is for, and what sort of machine it is.',
  fits: () => true,
  fields: [
    textAt('name', 'name', { label: 'Name', fixed: 'The name is changed by “Rename”, while the guest is off.' }),
    textAt('title', 'title', {
      label: 'Title',
      help: 'A line for people, which lists can show beside the name.',
      unset: 'None',
      maxLength: 1024,
      pattern: { source: String.raw`[^\n]*`, says: 'One line.' },
      live: setMetadata(Metadata.title),
    }),
    textAt('description', 'description', {
      label: 'Description',
      help: 'What the guest is for, who asks for it, what to take care of.',
      unset: 'None',
      maxLength: 16 * 1024,
      lines: 5,
      live: setMetadata(Metadata.description),
    }),
    operatingSystem,
    ...machineType,
    textAt('arch', 'os/type/@arch', { ...shown('Architecture', 'A guest of another architecture is another guest.') }),
    ...only(
      (context) => !isContainer(context),
      textAt('emulator', 'devices/emulator', {
        label: 'Emulator',
        help: 'The host’s program that runs the guest.',
        section: 'Machine',
        advanced: true,
        unset: 'The host’s default',
        pattern: { source: '/.+', says: 'A whole path, from /.' },
      }),
    ),
    textAt('uuid', 'uuid', { ...shown('UUID', 'It is how programs tell this guest from all others.'), advanced: true }),
  ],
  summary: ({ title, machine, arch }) => summaryWords(title, machine ?? arch),
  problems: ({ chipset, machine }, context) => machineProblems({ chipset, machine }, context),
  warnings: (from, to, { domain }) => {
    const found: string[] = [];
    const machine = to['machine'] === from['machine'] || typeof to['machine'] !== 'string' ? null : chipsetOf(to['machine']);
    const target = machine ?? (to['chipset'] === 'q35' || to['chipset'] === 'i440fx' ? to['chipset'] : null);
    if (target !== null && target !== chipsetOf(machineIn(domain))) found.push(...chipsetConsequences(domain, target, windowsIn(domain)));
    else if (to['machine'] !== from['machine'] && windowsIn(domain))
      found.push('Windows may want to be activated again on another machine type.');
    if (to['type'] === 'qemu' && from['type'] === 'kvm') found.push('Without hardware virtualisation the guest is many times slower.');
    if (to['type'] === 'kvm' && from['type'] === 'qemu')
      found.push('Processor models and features that are emulated only are not there any more.');
    return found;
  },
  actions: [rename],
};
