import { attribute, child, element } from '../../../xml/document.ts';
import { choice, choiceAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { type HardwareContext, isContainer, isQemu, isXen } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { sourceFields, sourceProblems } from './source-fields.ts';
import { sourceChoices, sourceWord } from './source-types.ts';

/** https://libvirt.org/formatdomain.html#console; the one that is the first serial port is no device of its own. */
export const consoleDevice: DeviceKind = {
  sort: 'device',
  kind: 'console',
  group: 'input',
  title: 'Console',
  help: 'A line for text without a serial port: faster, but the guest needs a driver, and its firmware does not use it.',
  fits: (context) => isQemu(context) || isContainer(context) || isXen(context),
  is: ({ name }) => name === 'console',
  identity: (line) => {
    const target = child(line, 'target');
    const port = attribute(target, 'port');
    return port === null ? null : `${attribute(target, 'type') ?? 'serial'}${port}`;
  },
  name: (_line, number) => (number === null ? 'Console' : `Console ${number}`),
  summary: ({ type, target, path, socket }) => summaryWords(sourceWord(type), target, path, socket),
  fields: [...sourceFields({ types: typesOf }), choiceAt('target', 'target/@type', { label: 'Type', unset: 'Serial', choices: targetsOf })],
  problems: sourceProblems,
  addition: {
    blank: (context) => element('console', { type: 'pty' }, element('target', { type: firstTarget(context) })),
    unavailable: () => null,
    live: () => false,
  },
  removal: { live: () => false },
};

function typesOf(context: HardwareContext) {
  if (isContainer(context)) return sourceChoices(context, 'pty');
  return sourceChoices(context, 'pty', 'unix', 'tcp', 'udp', 'file', 'dev', 'pipe', 'null');
}

function firstTarget(context: HardwareContext): string {
  if (isContainer(context)) return 'lxc';
  return isXen(context) ? 'xen' : context.arch === 's390x' ? 'sclp' : 'virtio';
}

function targetsOf(context: HardwareContext) {
  if (isContainer(context)) return [choice('lxc', 'Terminal of the container')];
  if (isXen(context)) return [choice('xen', 'Xen')];
  const mainframe = context.arch === 's390x' ? [choice('sclp', 'SCLP'), choice('sclplm', 'SCLP, line by line')] : [];
  return [choice('virtio', 'virtio'), ...mainframe];
}
