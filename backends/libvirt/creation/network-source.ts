import { attribute, child, children, type XmlElement } from '../xml/document.ts';

/** A disk that QEMU reaches over the network by itself. */
export interface NetworkSource {
  readonly protocol: 'rbd' | 'gluster';
  /** "pool/image", "volume/folder/image". */
  readonly name: string;
  readonly hosts: readonly { readonly name: string; readonly port: string | null }[];
  readonly login: { readonly user: string; readonly secret: { readonly uuid: string } | { readonly usage: string } } | null;
}

/**
 * What a disk must say of a volume of Ceph's or Gluster's, by the documents of libvirt: of neither it takes "pool and volume", as it does of
 * iSCSI (virStorageTranslateDiskSourcePool: "isn't yet supported"). Null for pools of other kinds. `path`: the volume's own.
 */
export function networkSourceOf(pool: XmlElement, path: string): NetworkSource | null {
  const protocol = attribute(pool, 'type');
  if (protocol !== 'rbd' && protocol !== 'gluster') return null;
  const source = child(pool, 'source');
  const hosts = children(source, 'host').flatMap((host) => {
    const name = attribute(host, 'name');
    return name === null ? [] : [{ name, port: attribute(host, 'port') }];
  });
  // libvirt calls a volume of Gluster gluster://server/volume/folder/image.
  return { protocol, name: path.replace(/^gluster:\/\/[^/]*\//, ''), hosts, login: loginIn(child(source, 'auth')) };
}

function loginIn(auth: XmlElement | null): NetworkSource['login'] {
  const secret = child(auth, 'secret');
  const [user, uuid, usage] = [attribute(auth, 'username'), attribute(secret, 'uuid'), attribute(secret, 'usage')];
  if (user === null || (uuid === null && usage === null)) return null;
  return { user, secret: uuid === null ? { usage: usage ?? '' } : { uuid } };
}
