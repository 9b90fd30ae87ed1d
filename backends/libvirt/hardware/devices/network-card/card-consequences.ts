import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { textAt } from '../../../xml/document.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { cardAddresses } from './card-address.ts';
import { isVirtio } from './card-model-fields.ts';

export function speedProblems(values: FieldValues): FieldProblem[] {
  return (['inbound', 'outbound'] as const).flatMap((direction) => {
    const average = values[`${direction}Average`] ?? null;
    const others = [values[`${direction}Peak`] ?? null, values[`${direction}Burst`] ?? null];
    if (average !== null || others.every((value) => value === null)) return [];
    return [{ field: `${direction}Average`, message: 'A limit begins with its average.' }];
  });
}

/** What libvirt refuses (src/conf/domain_validate.c, virDomainNetDefValidate; src/qemu/qemu_validate.c). */
export function modelProblems({ type, model, managed, device }: FieldValues): FieldProblem[] {
  const fits = type === 'vdpa' ? model === 'virtio' : type !== 'vhostuser' || isVirtio(model);
  return [
    ...(fits ? [] : [{ field: 'model', message: 'What it hangs on speaks virtio only.' }]),
    ...(type === 'ethernet' && typeof managed === 'string' && typeof device !== 'string'
      ? [{ field: 'device', message: 'Which interface?' }]
      : []),
  ];
}

export function queueProblems({ queues, model }: FieldValues, { domain }: HardwareContext): FieldProblem[] {
  const processors = Number(textAt(domain, 'vcpu') ?? 1);
  if (!isVirtio(model) || typeof queues !== 'number' || !(queues > processors)) return [];
  return [{ field: 'queues', message: `The guest has ${processors} processor${processors === 1 ? '' : 's'}: more queues are of no use.` }];
}

export function notStarted(network: unknown, { networks }: HardwareContext): string[] {
  const found = networks.find(({ name }) => name === network);
  if (typeof network !== 'string' || network === '') return [];
  if (found === undefined)
    return networks.length === 0 ? [] : ['The host does not have this network any more. The guest will not start with it.'];
  return found.active ? [] : ['The network is not started. Until it is, the guest does not start either.'];
}

function addressWarnings(from: FieldValues, { mac }: FieldValues, context: HardwareContext): string[] {
  if (typeof mac !== 'string' || from['mac'] === mac) return [];
  const taken = cardAddresses(context).includes(mac.toLowerCase());
  const changed = 'mac' in from;
  return [
    ...(taken ? ['Another card of this guest has this address. Two in one network disturb each other.'] : []),
    ...(changed
      ? ['The guest takes it for another card: settings of its own may not count any more, and its IP address may be another.']
      : []),
    ...(mac.toLowerCase().startsWith('fe:')
      ? ['libvirt keeps addresses that begin with fe for the host’s ends, and refuses this one.']
      : []),
  ];
}

function typeWarnings(from: FieldValues, { type, mode }: FieldValues): string[] {
  if (from['type'] === type && from['mode'] === mode) return [];
  if (type === 'direct') return ['Over macvtap the guest reaches the whole network but not its own host, nor the host the guest.'];
  if (type === 'vhostuser') return ['It only works with memory that the guest shares: switch that on under “Memory”.'];
  if (type === 'ethernet') return ['The host has to have the interface ready, and to do with it what is wanted.'];
  return [];
}

function modelWarnings(from: FieldValues, { model }: FieldValues): string[] {
  if (!('model' in from) || from['model'] === model) return [];
  const driver = isVirtio(model) && !isVirtio(from['model']) ? ' Windows only does so with the virtio driver installed before.' : '';
  return [`The guest will find another card, and has to have a driver for it.${driver}`];
}

export function cardWarnings(from: FieldValues, to: FieldValues, context: HardwareContext): string[] {
  return [
    ...addressWarnings(from, to, context),
    ...typeWarnings(from, to),
    ...modelWarnings(from, to),
    ...(to['network'] === from['network'] || to['type'] !== 'network' ? [] : notStarted(to['network'], context)),
  ];
}
