import { z } from 'zod';
import { HostId } from '#model/host';
import { FirewallReport, FirewallWish } from '#model/firewall';
import { LanChange, LanOutlook, LanTrialState } from '#model/lan-bridge';
import { DhcpLease, Network, NetworkAction, NetworkDetails, NetworkId, NetworkSurroundings, NicAttachments } from '#model/network';
import { NetworkSpec } from '#model/network-spec';
import { call } from './define.ts';

const OnHost = z.strictObject({ host: HostId });
const OfNetwork = z.strictObject({ host: HostId, network: NetworkId });

export const networks = {
  list: call(OnHost, z.array(Network)),
  describe: call(OfNetwork, NetworkDetails),
  leases: call(OfNetwork, z.array(DhcpLease)),
  attachments: call(OnHost, NicAttachments),
  surroundings: call(OnHost, NetworkSurroundings),
  /** Null: no program of the host can be run. */
  firewall: call(OnHost, FirewallReport.nullable()),
  /** As root, for which the desktop asks for a password; 'permission' without it. */
  lookAtFirewall: call(OnHost, FirewallReport),
  /** What is to be changed main reads itself, and asks about; 'cancelled' when the person says no. Returns what is there then. */
  changeFirewall: call(z.strictObject({ host: HostId, wish: FirewallWish }), FirewallReport),
  /** `operation` is chosen by the window for each wish of the person: a repeated call with the same id makes nothing a second time. */
  create: call(
    z.strictObject({ host: HostId, spec: NetworkSpec, start: z.boolean(), autostart: z.boolean(), operation: z.uuid() }),
    z.void(),
  ),
  /** `from` is what the person saw when they began: where the network has changed since, nothing is done. */
  change: call(z.strictObject({ host: HostId, network: NetworkId, from: NetworkSpec, to: NetworkSpec }), z.void()),
  /** Main asks before what takes a network away from guests; 'cancelled' when the person says no. */
  act: call(z.strictObject({ host: HostId, network: NetworkId, action: NetworkAction }), z.void()),
  /** Null: the host's own network is out of reach. */
  lan: call(OnHost, LanOutlook.nullable()),
  /** Main asks first. Returns when it has begun; false when the person said no. */
  changeLan: call(z.strictObject({ host: HostId, change: LanChange }), z.boolean()),
  lanTrial: call(OnHost, LanTrialState),
  /** Of the trial that is decided upon now; 'invalid-state' where there is none. */
  settleLan: call(z.strictObject({ host: HostId, keep: z.boolean() }), z.void()),
};
