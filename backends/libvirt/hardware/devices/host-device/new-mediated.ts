import { randomUUID } from 'node:crypto';
import type { PciDevice } from '#model/host-device';
import type { Choice, Field, FieldProblem, FieldValues } from '#model/hardware-field';
import type { Operation } from '../../../../backend.ts';
import { BackendError } from '../../../../errors.ts';
import { takeOffHost } from '../../../devices/mediated-devices.ts';
import { failedWith } from '../../../failed-with.ts';
import type { LibvirtHost } from '../../../host/libvirt-host.ts';
import { remote } from '../../../protocol/remote.ts';
import { element, serialize, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withPath } from '../../../xml/edit.ts';
import { choice, choiceField } from '../../bound-fields.ts';
import type { Addition, Preparing } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { pciDevices, pciName } from './pci-consequences.ts';

/** libvirt defines mediated devices, which are there again when the host has started anew, since this. */
const DEFINES = 7_003_000;

type DevicesHost = Pick<LibvirtHost, 'call' | 'job'>;

interface Part {
  readonly card: PciDevice;
  readonly type: PciDevice['mediatedTypes'][number];
}

const keyOf = ({ card, type }: Part): string => `${card.id} ${type.id}`;

const partsOf = (context: HardwareContext): Part[] =>
  context.libvirt < DEFINES ? [] : pciDevices(context).flatMap((card) => card.mediatedTypes.map((type) => ({ card, type })));

const freeParts = (context: HardwareContext): Part[] => partsOf(context).filter(({ type }) => type.available > 0);

/** Whether one can be made for the guest. */
export const canMake = (context: HardwareContext): boolean => freeParts(context).length > 0;

export const WHENCE = 'whence';
/** Of a device that the guest has, nobody asks. */
export const given = { field: WHENCE, is: [null, 'existing'] };

function partChoices(context: HardwareContext): Choice[] {
  return partsOf(context).map((part) =>
    choice(
      keyOf(part),
      `${part.type.name} of ${pciName(part.card)}`,
      part.type.available === 1 ? 'One more can be made.' : `${part.type.available} more can be made.`,
      part.type.available > 0 ? null : 'The card has no room for another one of this type.',
    ),
  );
}

function extra(context: HardwareContext): Field[] {
  if (partsOf(context).length === 0) return [];
  const full = canMake(context) ? null : 'The host’s cards have no room for more.';
  return [
    choiceField(
      WHENCE,
      { label: 'Device', choices: [choice('existing', 'One that the host has'), choice('new', 'Make a new one on the host', null, full)] },
      context,
    ),
    choiceField(
      'part',
      {
        label: 'Part of a card',
        help: 'It stays on the host, also when the guest is deleted, until it is taken off there.',
        when: [{ field: WHENCE, is: ['new'] }],
        choices: partChoices,
      },
      context,
    ),
  ];
}

/** Makes the device, if one is to be made. */
async function prepare(
  hostdev: XmlElement,
  values: FieldValues,
  { host, context, operation }: Preparing,
): Promise<{ element: XmlElement; undo(): Promise<void> }> {
  if (values[WHENCE] !== 'new') return { element: hostdev, undo: async () => {} };
  const part = freeParts(context).find((one) => keyOf(one) === values['part']);
  if (part === undefined)
    throw new BackendError('bad-input', 'The card has no room for this part any more.', { remedy: 'Choose another.' });
  operation.report('Making the part of the card', null);
  const { uuid, undo } = await makeMediated(host, part, operation);
  const made = withPath(hostdev, ['source', 'address'], (old) => withAttributes(old ?? element('address'), { uuid }));
  return { element: made, undo };
}

export const newMediated: Pick<Addition, 'extra' | 'initial' | 'prepare' | 'prepares'> = {
  extra,
  initial: (context) => {
    if (partsOf(context).length === 0) return {};
    const [first] = freeParts(context);
    const has = context.hostDevices.some(({ kind }) => kind === 'mediated');
    return { [WHENCE]: has || first === undefined ? 'existing' : 'new', part: first === undefined ? null : keyOf(first) };
  },
  prepare,
  prepares: (values) => values[WHENCE] === 'new',
};

export function newMediatedProblems(values: FieldValues): FieldProblem[] {
  return values[WHENCE] === 'new' && typeof values['part'] !== 'string' ? [{ field: 'part', message: 'Choose which part.' }] : [];
}

/** What is made on the host, which no line of the definition says. */
export function makingWords(values: FieldValues, context: HardwareContext): string[] {
  const part = values[WHENCE] === 'new' ? partsOf(context).find((one) => keyOf(one) === values['part']) : undefined;
  return part === undefined
    ? []
    : [`A part “${part.type.name}” of ${pciName(part.card)} is made on the host, and is there again after its restart.`];
}

/** Defined first: one that was made and is not defined would be gone with the host's next start, and the guest could not start then. */
async function makeMediated(
  host: DevicesHost,
  { card, type }: Part,
  operation: Operation,
): Promise<{ uuid: string; undo(): Promise<void> }> {
  const uuid = randomUUID();
  const xmlDesc = serialize(
    element(
      'device',
      {},
      element('parent', {}, card.id),
      element('capability', { type: 'mdev' }, element('type', { id: type.id }), element('uuid', {}, uuid)),
    ),
  );
  const note = await operation.making({ kind: 'mediated', id: uuid, name: `${type.name} of ${pciName(card)}` });
  const isRefusal = (error: unknown) => !failedWith(error, 'connection-lost', 'outcome-unknown');
  const { dev } = await host.job(remote.nodeDeviceDefineXml, { xmlDesc, flags: 0 }).catch(async (error: unknown) => {
    if (isRefusal(error)) await note.gone();
    throw error;
  });
  await note.made();
  try {
    await host.job(remote.nodeDeviceCreate, { name: dev.name, flags: 0 });
  } catch (error) {
    if (isRefusal(error)) {
      await host.job(remote.nodeDeviceUndefine, { name: dev.name, flags: 0 });
      await note.gone();
    }
    throw error;
  }
  return {
    uuid,
    async undo() {
      await takeOffHost(host, dev.name);
      await note.gone();
    },
  };
}
