import { remoteError } from '../../backends/libvirt/protocol/errors.ts';
import {
  connectionEvents,
  domainEvents,
  monitorEvents,
  networkEvents,
  nodeDeviceEvents,
  olderDomainEvents,
  secretEvents,
  storagePoolEvents,
} from '../../backends/libvirt/protocol/events.ts';
import type { EventMessage, Procedure } from '../../backends/libvirt/protocol/procedure.ts';
import { qemu } from '../../backends/libvirt/protocol/qemu.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { Codec } from '../../backends/libvirt/xdr/codec.ts';

/** What every procedure has, whatever its types. */
export type AnyProcedure = Pick<Procedure<unknown, unknown>, 'name' | 'program' | 'number' | 'effect'> & {
  readonly args: Codec<unknown>;
  readonly result: Codec<unknown>;
  readonly stream?: string;
};

export const procedures: readonly AnyProcedure[] = [...Object.values(remote), ...Object.values(qemu)];

export const events: readonly EventMessage<unknown>[] = [
  domainEvents,
  networkEvents,
  storagePoolEvents,
  nodeDeviceEvents,
  secretEvents,
  connectionEvents,
  olderDomainEvents,
  monitorEvents,
].flatMap((table) => Object.values(table));

/** Every type that goes over the wire, by a name that can be looked up again. */
export const codecs: ReadonlyMap<string, Codec<unknown>> = new Map([
  ...procedures.flatMap(({ name, args, result }): [string, Codec<unknown>][] => [
    [`${name} args`, args],
    [`${name} result`, result],
  ]),
  ...events.map(({ program, number, payload }): [string, Codec<unknown>] => [`event ${program}:${number}`, payload]),
  ['error', remoteError],
]);
