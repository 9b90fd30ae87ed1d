import type { Network } from '#model/network';
import type { Networks } from '../../backend.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { present } from '../storage/storage.ts';
import type { Network as NetworkHandle } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, parseXml } from '../xml/document.ts';

export function createNetworks(host: LibvirtHost): Networks {
  return {
    async listNetworks() {
      const { nets } = await host.call(remote.connectListAllNetworks, { needResults: 1, flags: 0 });
      return present(nets.map((net) => readNetwork(host, net)));
    },
  };
}

async function readNetwork(host: LibvirtHost, net: NetworkHandle): Promise<Network> {
  const [{ active }, { persistent }, autostart, { xml }] = await Promise.all([
    host.call(remote.networkIsActive, { net }),
    host.call(remote.networkIsPersistent, { net }),
    // A transient network has no such mark.
    host.call(remote.networkGetAutostart, { net }).then(
      (reply) => reply.autostart,
      () => 0,
    ),
    host.call(remote.networkGetXmlDesc, { net, flags: 0 }),
  ]);
  const document = parseXml(xml);
  const forward = child(document, 'forward');
  return {
    name: net.name,
    active: active === 1,
    autostart: autostart === 1,
    persistent: persistent === 1,
    bridge: attribute(child(document, 'bridge'), 'name'),
    forward: forward === null ? 'isolated' : forwardOf(attribute(forward, 'mode')),
  };
}

function forwardOf(mode: string | null): Network['forward'] {
  switch (mode) {
    // libvirt's default for <forward/>.
    case null:
    case 'nat':
      return 'nat';
    case 'route':
    case 'open':
    case 'bridge':
      return mode;
    default:
      return 'other';
  }
}
