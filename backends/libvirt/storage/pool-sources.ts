import { PoolKind, poolKinds, PoolPlace } from '#model/pool-kinds';
import type { PoolOffer, PoolSource } from '#model/pool-spec';
import { VolumeFormat } from '#model/volume-spec';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, descendants, parseXml, path, serialize, text, textAt, type XmlElement } from '../xml/document.ts';
import { sourceElement } from './pool-document.ts';

/** Found sources are a server's words, and as many as it likes. */
const FOUND_MAX = 200;

/** The kinds that this host was built with. Before libvirt 5.2 nothing told; then every kind is offered. */
export async function offerPools(host: LibvirtHost): Promise<PoolOffer[]> {
  const document = await host.call(remote.connectGetStoragePoolCapabilities, { flags: 0 }).then(
    ({ capabilities }) => parseXml(capabilities),
    (error: unknown) => {
      if (failedWith(error, 'unsupported')) return null;
      throw error;
    },
  );
  return PoolKind.options.flatMap((kind): PoolOffer[] => {
    const formats = poolKinds[kind].volumes.files ? VolumeFormat.options : [];
    if (document === null) return [{ kind, volumeFormats: [...formats] }];
    const told = children(document, 'pool').find((pool) => attribute(pool, 'type') === kind) ?? null;
    if (attribute(told, 'supported') !== 'yes') return [];
    const takes = new Set(descendants(child(told, 'volOptions'), 'value').map(text));
    return [{ kind, volumeFormats: formats.filter((format) => takes.has(format)) }];
  });
}

/** What the host finds there, as far as it can be filled into a form. */
export async function discoverSources(host: LibvirtHost, kind: PoolKind, place: PoolPlace): Promise<PoolSource[]> {
  const { discovery, title } = poolKinds[kind];
  if (discovery === null) throw new BackendError('unsupported', `Nothing can be looked for where the pool is a “${title}”.`);
  const [missing] = discovery.needs.filter((field) => place[field] === undefined);
  if (missing !== undefined)
    throw new BackendError('bad-input', 'It must be known first where to look.', { remedy: `Fill in: ${missing}.` });
  const known = Object.fromEntries(discovery.needs.map((field) => [field, place[field]]));
  const asked = sourceElement({ kind, place: PoolPlace.parse(known) }, null);
  // It may ask servers that never answer: nothing else may wait for it.
  const { xml } = await host.job(remote.connectFindStoragePoolSources, {
    type: kind,
    srcSpec: asked === null ? null : serialize(asked),
    flags: 0,
  });
  return readSources(kind, parseXml(xml));
}

/** What libvirt's answer holds; at most 200. */
export function readSources(kind: PoolKind, sources: XmlElement): PoolSource[] {
  return children(sources, 'source')
    .slice(0, FOUND_MAX)
    .flatMap((source) => sourceOf(kind, source) ?? []);
}

/** Null for one that no form would take. */
function sourceOf(kind: PoolKind, source: XmlElement): PoolSource | null {
  const fields = new Set(poolKinds[kind].fields.map(({ name }) => name));
  const device = attribute(child(source, 'device'), 'path');
  const format = attribute(child(source, 'format'), 'type');
  const found = {
    hosts: children(source, 'host').flatMap((each) => hostWords(each) ?? []),
    devices: children(source, 'device').flatMap((each) => attribute(each, 'path') ?? []),
    iqn: device,
    directory: attribute(child(source, 'dir'), 'path'),
    source: textAt(source, 'name'),
    adapter: attribute(child(source, 'adapter'), 'name'),
    initiator: attribute(path(source, 'initiator', 'iqn'), 'name'),
    format: format !== null && poolKinds[kind].formats.includes(format) ? format : null,
  };
  const own = Object.entries(found).filter(
    ([name, value]) => [...fields].some((field) => field === name) && value !== null && value.length > 0,
  );
  const place = PoolPlace.safeParse(Object.fromEntries(own));
  if (!place.success) return null;
  const label = place.data.source ?? place.data.directory ?? place.data.iqn ?? place.data.adapter ?? place.data.devices?.[0];
  return label === undefined ? null : { label, place: place.data };
}

function hostWords(host: XmlElement): string | null {
  const name = attribute(host, 'name');
  const port = attribute(host, 'port');
  if (name === null) return null;
  // libvirt writes 0 for "the usual one".
  return port === null || port === '0' ? name : `${name.includes(':') ? `[${name}]` : name}:${port}`;
}
