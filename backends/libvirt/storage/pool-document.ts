import { poolKinds } from '#model/pool-kinds';
import type { PoolSpec } from '#model/pool-spec';
import { element, type XmlElement } from '../xml/document.ts';

// libvirt: docs/formatstorage.rst, "Storage pool namespaces".
const FS_NAMESPACE = 'http://libvirt.org/schemas/storagepool/fs/1.0';

export interface PoolIdentity {
  readonly uuid: string;
  /** Of the secret that holds the password. */
  readonly secret: string | null;
}

/** The definition of a pool as libvirt reads it. */
export function poolDocument(spec: Pick<PoolSpec, 'name' | 'kind' | 'place'>, { uuid, secret }: PoolIdentity): XmlElement {
  const { name, kind, place } = spec;
  const fallback = poolKinds[kind].fields.find((field) => field.name === 'target')?.fallback;
  const target = place.target ?? fallback;
  return element(
    'pool',
    { type: kind },
    element('name', {}, name),
    element('uuid', {}, uuid),
    sourceElement(spec, secret),
    target === undefined ? null : element('target', {}, element('path', {}, target)),
    mountOptions(place.mountOptions),
  );
}

/** What `connectFindStoragePoolSources` is asked with, too. */
export function sourceElement({ kind, place }: Pick<PoolSpec, 'kind' | 'place'>, secret: string | null): XmlElement | null {
  const { hosts = [], devices = [], iqn, directory, initiator, source, format, protocolVersion } = place;
  const content = [
    ...hosts.map(hostElement),
    ...[...devices, ...(iqn === undefined ? [] : [iqn])].map((path) => element('device', { path })),
    directory === undefined ? null : element('dir', { path: directory }),
    adapterElement(place),
    initiator === undefined ? null : element('initiator', {}, element('iqn', { name: initiator })),
    place.user === undefined || secret === null
      ? null
      : element('auth', { type: kind === 'rbd' ? 'ceph' : 'chap', username: place.user }, element('secret', { uuid: secret })),
    source === undefined ? null : element('name', {}, source),
    format === undefined ? null : element('format', { type: format }),
    protocolVersion === undefined ? null : element('protocol', { ver: protocolVersion }),
  ].filter((each) => each !== null);
  return content.length === 0 ? null : element('source', {}, content);
}

function adapterElement({ adapter, wwnn, wwpn, parent }: PoolSpec['place']): XmlElement | null {
  if (adapter !== undefined) return element('adapter', { type: 'scsi_host', name: adapter });
  return wwnn === undefined ? null : element('adapter', { type: 'fc_host', parent, wwnn, wwpn });
}

function mountOptions(options: readonly string[] = []): XmlElement | null {
  if (options.length === 0) return null;
  return element(
    'fs:mount_opts',
    { 'xmlns:fs': FS_NAMESPACE },
    options.map((name) => element('fs:option', { name })),
  );
}

function hostElement(words: string): XmlElement {
  const { name, port } = hostAndPort(words);
  return element('host', { name, port });
}

/** "nas", "nas:2049", "[2001:db8::1]:3260" and "2001:db8::1", which has no port. */
export function hostAndPort(words: string): { name: string; port: string | null } {
  const parts = /^(?:\[(?<inner>[^\]]+)\]|(?<plain>[^:]+))(?::(?<port>\d+))?$/.exec(words)?.groups;
  return { name: parts?.['inner'] ?? parts?.['plain'] ?? words, port: parts?.['port'] ?? null };
}
