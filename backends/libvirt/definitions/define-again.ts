import { posix } from 'node:path';
import type { GuestId } from '#model/guest';
import { BackendError } from '../../errors.ts';
import { findDomain } from '../deletion/domain-removal.ts';
import { failedWith } from '../failed-with.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { child, text, textAt, type XmlElement } from '../xml/document.ts';
import { withPath, withText, withTextAt } from '../xml/edit.ts';
import { readSource } from '../xml/source.ts';

/**
 * Defines a guest that is not there (any more) by a definition from before, under this name; it is not started. Rejects with 'exists' where its
 * uuid or the name is taken, and then nothing was sent; 'invalid-definition' for what is none of this guest.
 */
export async function defineAgain(host: LibvirtHost, id: GuestId, definition: string, name: string): Promise<void> {
  const source = readSource(definition);
  if (source.root.name !== 'domain' || textAt(source.root, 'uuid')?.toLowerCase() !== id) {
    throw new BackendError('invalid-definition', 'This is no definition of the guest.');
  }
  const xml = source.write(named(source.root, name));
  await requireFree(host, id, name);
  const enduring = new EnduringHost(host);
  const define = (now: LibvirtHost) => now.job(remote.domainDefineXmlFlags, { xml, flags: 0 }).then(() => true);
  // It was not there right before, so if it is there now it is this one.
  const look = async (now: LibvirtHost) => ((await findDomain(now, id)) === null ? null : true);
  await enduring.change(define, look).finally(() => enduring.close());
}

/**
 * With another name a guest gets another file for its UEFI variables where the old one was named after it: a guest that is called so now has
 * that one (libvirt: qemuDomainNVRAMPathGenerate).
 */
function named(root: XmlElement, name: string): XmlElement {
  const old = textAt(root, 'name') ?? '';
  if (old === name) return root;
  const nvram = child(child(root, 'os'), 'nvram');
  const ofItsName = nvram !== null && posix.basename(text(nvram).trim()).startsWith(`${old}_VARS.`);
  const freed = ofItsName ? withPath(root, ['os', 'nvram'], (one) => one && withText(one, null)) : root;
  return withTextAt(freed, ['name'], name);
}

/** libvirt takes a definition with the uuid and the name of a guest that is there for a change of that guest. */
async function requireFree(host: LibvirtHost, uuid: GuestId, name: string): Promise<void> {
  const there = await findDomain(host, uuid);
  if (there !== null) {
    throw new BackendError('exists', `The guest is there again, as “${there.name}”. Nothing was done.`, {
      reason: 'A guest with its UUID is on the host.',
      remedy: 'Bring an earlier definition of it back under Definition, History.',
    });
  }
  const taken = await host.call(remote.domainLookupByName, { name }).catch((error: unknown) => {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  });
  if (taken !== null) {
    throw new BackendError('exists', `Another guest is called “${name}” by now. Nothing was done.`, { remedy: 'Give it another name.' });
  }
}
