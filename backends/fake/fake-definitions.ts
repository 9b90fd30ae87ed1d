import { SaxesParser } from 'saxes';
import type { DefinedObject, GuestDefinition } from '#model/definition';
import type { GuestId } from '#model/guest';
import type { Definitions } from '../backend.ts';
import { BackendError, onlyLooking } from '../errors.ts';
import { defineFakeAgain, fakeOutlook } from './fake-define-again.ts';
import type { FakeGuest } from './fake-guest.ts';
import type { FakeHost } from './fake-host.ts';
import { volumesOf } from './fake-volumes.ts';
import { seedSnapshots } from './seed-objects.ts';

/** Definitions of a fake host's guests: what was defined, else what a host would make of what there is of the guest. */
export function fakeDefinitions(host: FakeHost, alive: () => void, mayChange: boolean): Definitions {
  const read = async (id: GuestId): Promise<GuestDefinition> => {
    alive();
    await host.reach('describe');
    alive();
    return definitionOf(fakeNextStart(host.find(id)));
  };
  return {
    read,
    define: async (id, { text, base }, signal) => {
      alive();
      if (!mayChange) throw onlyLooking();
      await host.reach('define', signal);
      alive();
      const { guest } = host.find(id);
      requireReadable(text);
      requireSameGuest(guest, text);
      if (!guest.persistent) throw new BackendError('invalid-state', `“${guest.name}” exists only while it runs.`);
      if ((await read(id)).revision !== base) {
        throw new BackendError('conflict', `The definition of “${guest.name}” has been changed by somebody else. Nothing was done.`, {
          remedy: 'Look at what was changed, and apply yours again.',
        });
      }
      redefineFake(host, id, text);
      return { now: await read(id), outcome: 'defined' };
    },
    readObject: async (object) => {
      alive();
      await host.reach('describe');
      alive();
      const { name, text } = objectIn(host, object);
      const fixed = object.kind === 'volume' ? 'A volume cannot be changed by its XML. Its size can be changed by Resize.' : null;
      return {
        name,
        ...definitionOf(text),
        command: fixed === null ? `fake ${object.kind}-define '${name}.xml'` : `fake ${object.kind}-dumpxml '${name}'`,
        fixed,
      };
    },
    defineObject: async (object, { text, base }) => {
      alive();
      if (!mayChange) throw onlyLooking();
      await host.reach('define');
      alive();
      if (object.kind === 'volume') throw new BackendError('unsupported', 'A volume cannot be defined again.');
      requireReadable(text);
      const { name, text: was } = objectIn(host, object);
      if (!text.includes(`<name>${escaped(name)}</name>`)) {
        throw new BackendError('invalid-definition', `This is no definition of “${name}”.`, { remedy: 'Leave the name as it is.' });
      }
      if (definitionOf(was).revision !== base) {
        throw new BackendError('conflict', `The definition of “${name}” has been changed by somebody else. Nothing was done.`);
      }
      defined(host).set(keyOf(object), text);
      if (object.kind === 'snapshot') host.touch(object.guest);
      else host.stale(object.kind === 'pool' ? 'pools' : 'networks');
      return { now: definitionOf(text), outcome: 'defined' };
    },
    outlooks: async (definitions) => {
      alive();
      await host.reach('describe');
      return definitions.map((definition) => fakeOutlook(host, definition));
    },
    defineAgain: async (id, definition, name) => {
      alive();
      if (!mayChange) throw onlyLooking();
      await host.reach('define');
      alive();
      requireReadable(definition);
      defineFakeAgain(host, id, definition, name);
      return read(id);
    },
    commandFor: (name) => `fake define '${name}.xml'`,
  };
}

const ofHosts = new WeakMap<FakeHost, Map<string, string>>();
const keyOf = (object: DefinedObject): string => JSON.stringify(object);

function defined(host: FakeHost): Map<string, string> {
  const known = ofHosts.get(host) ?? new Map<string, string>();
  ofHosts.set(host, known);
  return known;
}

function objectIn(host: FakeHost, object: DefinedObject): { readonly name: string; readonly text: string } {
  if (object.kind === 'snapshot') return snapshotIn(host, object);
  if (object.kind === 'volume') return volumeIn(host, object);
  const pool = object.kind === 'pool' ? host.pools.find(({ name }) => name === object.name) : undefined;
  const network = object.kind === 'network' ? host.networks.find(({ id }) => id === object.id) : undefined;
  const name = pool?.name ?? network?.name;
  if (name === undefined) throw new BackendError('not-found', 'There is no such network or pool any more.');
  const inner =
    pool === undefined ? `  <uuid>${network?.id ?? ''}</uuid>` : `  <target>\n    <path>${escaped(pool.path ?? '')}</path>\n  </target>`;
  const root = pool === undefined ? ['<network>', '</network>'] : [`<pool type="${pool.kind}">`, '</pool>'];
  const plain = [root[0], `  <name>${escaped(name)}</name>`, inner, root[1], ''].join('\n');
  return { name, text: defined(host).get(keyOf(object)) ?? plain };
}

function volumeIn(
  host: FakeHost,
  { pool, name }: Extract<DefinedObject, { kind: 'volume' }>,
): { readonly name: string; readonly text: string } {
  const found = host.pools.find((one) => one.name === pool);
  const volume = found === undefined ? undefined : volumesOf(host, found).find((one) => one.name === name);
  if (volume === undefined) throw new BackendError('not-found', 'There is no such volume any more.');
  const lines = [`  <name>${escaped(name)}</name>`, `  <capacity unit="bytes">${volume.capacity}</capacity>`];
  return { name, text: ['<volume type="file">', ...lines, '</volume>', ''].join('\n') };
}

function snapshotIn(
  host: FakeHost,
  object: Extract<DefinedObject, { kind: 'snapshot' }>,
): { readonly name: string; readonly text: string } {
  const { name } = object;
  if (host.find(object.guest).base === null || !seedSnapshots.some((one) => one.name === name))
    throw new BackendError('not-found', 'There is no such snapshot any more.');
  const plain = ['<domainsnapshot>', `  <name>${escaped(name)}</name>`, '  <description>As it was</description>', '</domainsnapshot>', ''];
  return { name, text: defined(host).get(keyOf(object)) ?? plain.join('\n') };
}

/** As anybody may who has the host. */
export function redefineFake(host: FakeHost, id: GuestId, text: string): void {
  host.find(id).definition = text;
  host.touch(id);
}

export function fakeNextStart({ guest, disks, definition }: FakeGuest): string {
  if (definition !== null) return definition;
  const lines = [
    '<domain type="kvm">',
    `  <name>${escaped(guest.name)}</name>`,
    `  <uuid>${guest.id}</uuid>`,
    `  <memory unit="KiB">${Math.round(guest.memory / 1024)}</memory>`,
    `  <vcpu placement="static">${guest.vcpus}</vcpu>`,
    '  <os>',
    '    <type arch="x86_64" machine="q35">hvm</type>',
    '    <boot dev="hd"/>',
    '  </os>',
    '  <on_poweroff>destroy</on_poweroff>',
    '  <on_reboot>restart</on_reboot>',
    '  <devices>',
    ...disks.flatMap(({ kind, source, target, bus }) => [
      `    <disk type="file" device="${kind}">`,
      ...(source === null ? [] : [`      <source file="${escaped(source)}"/>`]),
      `      <target dev="${target}" bus="${bus}"/>`,
      '    </disk>',
    ]),
    '    <graphics type="vnc" port="-1" autoport="yes"/>',
    '  </devices>',
    '</domain>',
  ];
  return `${lines.join('\n')}\n`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function definitionOf(text: string): GuestDefinition {
  const meaning = text
    .replaceAll(/<!--[^]*?-->/g, '')
    .replaceAll(/>\s+</g, '><')
    .trim();
  return { text, revision: Array.from({ length: 8 }, (_, seed) => hashed(meaning, seed)).join('') };
}

/** FNV-1a: a page, where the fake lives too, has no hash that answers at once. */
function hashed(text: string, seed: number): string {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function requireReadable(text: string): void {
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', ({ message }) => {
    throw new BackendError('invalid-definition', 'The definition is no XML that can be read.', { reason: message });
  });
  parser.write(text).close();
}

function requireSameGuest({ id, name }: FakeGuest['guest'], text: string): void {
  const whole = /^\s*(?:<\?[^>]*>\s*)?<domain[\s>]/.test(text);
  if (whole && text.includes(`<uuid>${id}</uuid>`) && text.includes(`<name>${escaped(name)}</name>`)) return;
  throw new BackendError('invalid-definition', 'The definition has another <name> or <uuid> than the guest.', {
    remedy: 'Leave the name and the uuid as they are. Rename a guest by its menu.',
  });
}
