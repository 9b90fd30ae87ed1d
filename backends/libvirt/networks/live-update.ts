import type { LiveStep } from '#model/network-change';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Network as NetworkHandle } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { element, serialize, type XmlElement } from '../xml/document.ts';
import { dnsHostElement, leaseElement, portGroupElement, rangeElement } from './edit-network.ts';

// libvirt: virNetworkUpdateCommand, virNetworkUpdateSection, virNetworkUpdateFlags.
const Command = { delete: 2, addLast: 3 } as const;
const Section = { dhcpHost: 4, dhcpRange: 5, forwardInterface: 7, portGroup: 9, dnsHost: 10 } as const;
const Affect = { live: 1, config: 2 } as const;
/** libvirt: VIR_DRV_FEATURE_NETWORK_UPDATE_HAS_CORRECT_ORDER, since 7.2; before, command and section were taken for each other. */
const CORRECT_ORDER = 16;

/** Does the steps to the running network and, where it is kept, to its definition. When one fails, those before it are taken back. */
export async function updateLive(
  host: LibvirtHost,
  net: NetworkHandle,
  steps: readonly LiveStep[],
  network: { readonly persistent: boolean; indexOf(family: 'ipv4' | 'ipv6'): number },
): Promise<() => Promise<void>> {
  const { supported } = await host.call(remote.connectSupportsFeature, { feature: CORRECT_ORDER });
  const flags = network.persistent ? Affect.live | Affect.config : Affect.live;
  const update = async (step: LiveStep) => {
    const [section, xml] = pieceOf(step);
    const command = step.add ? Command.addLast : Command.delete;
    const order = supported === 1 ? { command, section } : { command: section, section: command };
    const parentIndex = 'family' in step ? network.indexOf(step.family) : -1;
    await host.job(remote.networkUpdate, { net, ...order, parentIndex, xml: serialize(xml), flags });
  };
  const done: LiveStep[] = [];
  const takeBack = async () => {
    for (let step = done.pop(); step !== undefined; step = done.pop()) await update({ ...step, add: !step.add });
  };
  try {
    for (const step of steps) {
      await update(step);
      done.push(step);
    }
  } catch (error) {
    if (!failedWith(error, 'connection-lost')) await takeBack();
    throw error;
  }
  return takeBack;
}

function pieceOf(step: LiveStep): readonly [section: number, piece: XmlElement] {
  if (step.kind === 'lease') return [Section.dhcpHost, leaseElement(step.value, step.family)];
  if (step.kind === 'range') return [Section.dhcpRange, rangeElement(step.value)];
  if (step.kind === 'dns-host') return [Section.dnsHost, dnsHostElement(step.value)];
  if (step.kind === 'port-group') return [Section.portGroup, portGroupElement(step.value)];
  return [Section.forwardInterface, element('interface', { dev: step.value })];
}
