import { z } from 'zod';
import { Fault } from '#model/fault';
import { Host, HostFacts, HostId, HostLoad } from '#model/host';
import { StaleKind } from '#model/inventory';
import { HostName, LibvirtDriver, Port, UserName } from '#model/host-address';
import { call, event, eventInPart } from './define.ts';

const OnHost = z.strictObject({ host: HostId });
const Scope = z.enum(['system', 'session']);

/** A file of this computer as a window may name it: the one it was, or one that a person chose in main's dialog. */
export const FileChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('kept') }),
  z.strictObject({ kind: z.literal('chosen'), token: z.uuid() }),
]);
export type FileChoice = z.infer<typeof FileChoice>;

/** HostAddress as a window sends it: without paths. */
export const AddressWish = z.discriminatedUnion('road', [
  z.strictObject({ road: z.literal('local'), driver: LibvirtDriver, scope: Scope }),
  z.strictObject({
    road: z.literal('ssh'),
    driver: LibvirtDriver,
    scope: Scope,
    host: HostName,
    user: UserName.nullable(),
    port: Port.nullable(),
    keyFile: FileChoice,
  }),
  z.strictObject({ road: z.literal('tls'), driver: LibvirtDriver, host: HostName, port: Port.nullable(), certificates: FileChoice }),
  z.strictObject({ road: z.literal('tcp'), driver: LibvirtDriver, host: HostName, port: Port.nullable() }),
  z.strictObject({ road: z.literal('uri'), uri: z.string().max(4096) }),
]);
export type AddressWish = z.infer<typeof AddressWish>;

export const HostWish = z.strictObject({
  name: z.string().trim().min(1).max(256),
  autoconnect: z.boolean(),
  readOnly: z.boolean(),
  address: AddressWish,
});
export type HostWish = z.infer<typeof HostWish>;

export const TrialResult = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reached'), facts: HostFacts }),
  z.strictObject({ kind: z.literal('failed'), fault: Fault }),
]);
export type TrialResult = z.infer<typeof TrialResult>;

export const hosts = {
  /** A console window is told of its guests' hosts only. */
  list: call(z.strictObject({}), z.array(Host), 'app', 'console'),
  /** Tries at once, whatever the back-off says, and may ask the person for what the host wants. */
  connect: call(OnHost, z.void()),
  disconnect: call(OnHost, z.void()),
  /** Connects to see whether it works, asks what must be asked, and lets go again. `host`: whose files are 'kept'. One trial a window. */
  test: call(z.strictObject({ host: HostId.nullable(), address: AddressWish, readOnly: z.boolean() }), TrialResult),
  /** Ends the window's trial, which then fails as 'cancelled'. */
  stopTest: call(z.strictObject({}), z.void()),
  /** Remembers it. Connecting is another call. */
  add: call(HostWish, Host),
  /** Another address, or other rights, end the connection and begin a new one. */
  change: call(z.strictObject({ host: HostId, wish: HostWish }), Host),
  /** Forgets it, after main has asked. Nothing happens on the host itself. */
  remove: call(OnHost, z.void()),
  /** Main's dialog for a key or a folder with certificates; null: the person chose none. The name is for showing. */
  chooseFile: call(
    z.strictObject({ what: z.enum(['ssh-key', 'certificates']) }),
    z.strictObject({ token: z.uuid(), name: z.string() }).nullable(),
  ),
  changed: eventInPart(Host, (host, own) => (own.reaches(host.id) ? host : null)),
  removed: eventInPart(OnHost, (news, own) => (own.reaches(news.host) ? news : null)),
  loaded: event(z.strictObject({ host: HostId, load: HostLoad })),
  /** What was read of these kinds may be wrong now. */
  stale: eventInPart(z.strictObject({ host: HostId, what: z.array(StaleKind) }), (news, own) => (own.reaches(news.host) ? news : null)),
};
