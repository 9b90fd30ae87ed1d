import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { openSession } from '../../backends/libvirt/rpc/open-session.ts';
import type { Session } from '../../backends/libvirt/rpc/session.ts';
import { KnownLogin } from '../../backends/libvirt/rpc/sasl/known-login.ts';
import { here } from '../../backends/libvirt/transport/local-socket.ts';
import { openRoute } from '../../backends/libvirt/transport/open-route.ts';
import { parseLibvirtUri } from '../../backends/libvirt/transport/uri.ts';
import type { AskLogin } from '../../backends/login.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';

/** One session, for whose daemon somebody answers. */
export async function sessionFor(text: string, ask: AskLogin): Promise<Session> {
  const uri = parseLibvirtUri(text);
  return openSession(await openRoute(uri, { ask, surroundings: here() }), uri.name, { ask, known: new KnownLogin(uri.user) });
}

/** Puts `size` random bytes into a new volume of the daemon's and reads them back, in one session. Resolves to whether they are the same. */
export async function volumeRoundTrip(session: Session, daemon: PrivateLibvirtd, size: number): Promise<boolean> {
  const name = `trip-${randomBytes(4).toString('hex')}`;
  const path = join(daemon.dir, 'lib/images', name);
  await mkdir(path);
  const { pool } = await session.call(remote.storagePoolCreateXml, {
    xml: `<pool type='dir'><name>${name}</name><target><path>${path}</path></target></pool>`,
    flags: 0,
  });
  const xml = `<volume><name>v</name><capacity>${size}</capacity><target><format type='raw'/></target></volume>`;
  const { vol } = await session.call(remote.storageVolCreateXml, { pool, xml, flags: 0 });
  const extent = { vol, offset: 0n, length: BigInt(size), flags: 0 };
  const bytes = randomBytes(size);

  const { stream: up } = await session.openStream(remote.storageVolUpload, extent);
  await up.write(bytes);
  await up.finish();

  const heard = createHash('sha256');
  const { stream: down } = await session.openStream(remote.storageVolDownload, extent);
  for await (const piece of down.bytes()) heard.update(piece);
  return heard.digest('hex') === createHash('sha256').update(bytes).digest('hex');
}
