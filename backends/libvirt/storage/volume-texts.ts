import type { VolumeRef } from '#model/storage';
import type { VolumeText } from '#model/volume-text';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import type { VolumeTexts } from '../../volume-texts.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { serialize } from '../xml/document.ts';
import { indented } from '../xml/indented.ts';
import { Making } from './making.ts';
import { makeSecret } from './own-secret.ts';
import { virsh } from './pool-command.ts';
import { readVolumeDefinition, type VolumeDefinition, withSecret } from './volume-definition.ts';
import { flagsFor, volumeDocument } from './volume-document.ts';
import { findPool, type FoundPool } from './volume-lookup.ts';
import { createVolume, LONG_MS, nextPartition, requireBase, requireFreeName, requireMaking } from './volume-maker.ts';

const PATIENCE_MS = 20_000;

interface Judged {
  readonly pool: FoundPool;
  readonly definition: VolumeDefinition;
  /** Bytes. */
  readonly capacity: number;
  readonly takes: number;
}

export function createVolumeTexts(host: LibvirtHost): VolumeTexts {
  return {
    async write(spec) {
      const pool = await findPool(host, spec.pool, PATIENCE_MS);
      const facts = requireMaking(pool);
      const name = facts.namedByHost === true ? await nextPartition(host, pool) : spec.name;
      const format = facts.files ? (spec.format ?? 'raw') : null;
      return indented(volumeDocument({ ...spec, name, format, secret: spec.passphrase === null ? null : 'later' }));
    },
    async outlook(wish) {
      const { name, base, names } = (await judge(host, wish)).definition;
      return { name, base: base?.path ?? null, names };
    },
    make: (wish, operation) => make(host, wish, operation),
    commandFor({ pool, passphrase, tables }, name) {
      if (passphrase !== null) return null;
      return virsh(host.address, 'vol-create', '--pool', pool, '--file', `${name}.xml`, ...(tables ? ['--prealloc-metadata'] : []));
    },
  };
}

async function judge(host: LibvirtHost, { pool: place, text, passphrase }: VolumeText): Promise<Judged> {
  const definition = readVolumeDefinition(text);
  const { name, base, capacity, where, encryption } = definition;
  const pool = await findPool(host, place, PATIENCE_MS);
  requireMaking(pool);
  const itsOwn = `${pool.target ?? ''}/${name}`;
  if (where !== null && where !== itsOwn) {
    throw refused(`The pool would make it as ${itsOwn}, whatever its <path> says.`, 'Leave the <path> out, or choose another pool.');
  }
  if (encryption === 'without secret' && passphrase === null) {
    throw refused('Its <encryption> has no passphrase.', 'Type one in the form, or name a <secret> that the host has.');
  }
  if (encryption !== 'without secret' && passphrase !== null) {
    throw refused(
      encryption === 'none'
        ? 'It has no <encryption> for the passphrase of the form.'
        : 'Its <encryption> has a secret besides the passphrase.',
      'Take the tick from “Encrypt it” in the form, or let the <encryption> be as the form has it.',
    );
  }
  if (capacity === null) {
    // libvirt gives an overlay its base's; what a lost answer has made is told by its size.
    throw refused('It has no <capacity> that can be read.', 'Say how large it is to be, as in <capacity unit="GiB">20</capacity>.');
  }
  const origin = base === null ? null : await requireBase(host, pool, base);
  await requireFreeName(host, pool, name);
  return { pool, definition, capacity: origin?.capacity ?? capacity, takes: capacity };
}

const refused = (reason: string, remedy: string) =>
  new BackendError('invalid-definition', 'The volume cannot be made by this definition.', { reason, remedy });

async function make(host: LibvirtHost, wish: VolumeText, operation: Operation): Promise<VolumeRef> {
  operation.report('Looking at the pool', null);
  const { pool, definition, capacity, takes } = await judge(host, wish);
  const { document, name, format, base, allocation } = definition;
  const making = new Making(new EnduringHost(host, { patienceMs: LONG_MS }), operation);
  return making.run(`Making “${name}”`, async () => {
    const { passphrase } = wish;
    const place = `${pool.target ?? ''}/${name}`;
    const secret = passphrase === null ? null : await makeSecret(making, { type: 'volume', id: place }, passphrase);
    making.begin('Making the volume');
    const tables = wish.tables && base === null ? flagsFor({ format, preallocation: 'metadata' }) : 0;
    const wanted = {
      pool,
      name,
      capacity,
      takes,
      // Written anew from what was judged: nothing of the text that was read in another way reaches the host.
      xml: serialize(secret === null ? document : withSecret(document, secret)),
      flags: tables,
      validate: true,
      full: takes > 0 && (allocation ?? takes) >= takes,
      keyed: definition.encryption !== 'none',
    };
    return createVolume(host, making, wanted, operation);
  });
}
