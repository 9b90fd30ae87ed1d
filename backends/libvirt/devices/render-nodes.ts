import type { LibvirtHost } from '../host/libvirt-host.ts';
import { describeEach } from '../host/describe-each.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, children, parseXml, text, textAt } from '../xml/document.ts';

/** libvirt: VIR_CONNECT_LIST_NODE_DEVICES_CAP_DRM, since 3.1. */
const DRM = 4096;

/** A graphics card of the host that programs can draw with without a screen. */
export interface RenderNode {
  /** "/dev/dri/renderD128" */
  readonly path: string;
  /** What it hangs from, as the host names it: the card's PCI device. */
  readonly parent: string | null;
}

/** Rejects where the host's driver tells nothing of graphics cards. */
export async function listRenderNodes(host: Pick<LibvirtHost, 'call'>): Promise<RenderNode[]> {
  const { devices } = await host.call(remote.connectListAllNodeDevices, { needResults: 1, flags: DRM });
  const described = await describeEach(devices, ({ name }) => host.call(remote.nodeDeviceGetXmlDesc, { name, flags: 0 }), devices.length);
  return described
    .flatMap((answer) => (answer === null ? [] : (renderNode(answer.xml) ?? [])))
    .sort((one, other) => one.path.localeCompare(other.path));
}

/** Null for what only shows pictures: a card has an entry for each of its ways. Source: docs/formatnode, "drm". */
export function renderNode(xml: string): RenderNode | null {
  const document = parseXml(xml);
  const drm = children(document, 'capability').find((one) => attribute(one, 'type') === 'drm');
  if (drm === undefined || textAt(drm, 'type') !== 'render') return null;
  const node = children(document, 'devnode').find((one) => attribute(one, 'type') === 'dev');
  const path = node === undefined ? '' : text(node);
  return /^\/dev\/[\w./-]{1,200}$/.test(path) ? { path, parent: textAt(document, 'parent') } : null;
}
