import type { ReactNode } from 'react';
import type { CreationOffer, NewNic } from '#model/guest-spec';
import { networkReach } from '#model/network-words';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import type { Draft } from './draft.ts';

/** Something that a network card can be plugged into. */
export interface NicChoice {
  readonly nic: NewNic;
  /** Of its control. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
}

/** All that this host offers a card, the usual ones first. A boot server is on none but a real network. */
export function nicChoices({ networks, bridges, devices, machine }: CreationOffer, { road }: Draft): readonly NicChoice[] {
  return [
    ...networks.map(({ name, active, forward }, i) => ({
      nic: { kind: 'network', name } as const,
      id: i === 0 ? 'network' : `network-${i}`,
      label: `${readableText(name)}${active ? '' : ' (not active)'}`,
      description: active ? networkReach[forward] : 'It has to be started on the host before a guest can use it.',
    })),
    ...bridges.map((device, i) => ({
      nic: { kind: 'bridge', device } as const,
      id: `bridge-${i}`,
      label: `Bridge ${readableText(device)}`,
      description: 'A bridge of the host: the guest is a machine of the network that it leads to.',
    })),
    ...devices.map(({ name, wifi }, i) => ({
      nic: { kind: 'direct', device: name } as const,
      id: `direct-${i}`,
      label: `Directly on ${readableText(name)} (macvtap)`,
      description: wifi
        ? 'Wi-Fi: access points take frames of one address only, so the guest will most likely not be heard. NAT works.'
        : 'The guest is a machine of the network that the card leads to. It and the host itself do not reach each other.',
    })),
    ...(machine.type === 'lxc' || machine.type === 'xen' || road === 'pxe'
      ? []
      : [
          {
            nic: { kind: 'user' } as const,
            id: 'user-network',
            label: 'The hypervisor’s own',
            description:
              'The guest reaches the outside as a program of the host does; nobody reaches the guest. It needs no network of the host.',
          },
        ]),
  ];
}

export const sameNic = (a: NewNic | null, b: NewNic): boolean => nicKey(a) === nicKey(b);

/** Tells one from another. */
export function nicKey(nic: NewNic | null): string {
  if (nic === null) return '';
  return nic.kind === 'network' ? `network ${nic.name}` : nic.kind === 'user' ? 'user' : `${nic.kind} ${nic.device}`;
}

/** What a card hangs on, in the review. */
export function nicWords(nic: NewNic | null): ReactNode {
  switch (nic?.kind) {
    case undefined:
      return 'None';
    case 'network':
      return <ForeignText text={nic.name} />;
    case 'bridge':
      return (
        <>
          Bridge <ForeignText text={nic.device} />
        </>
      );
    case 'direct':
      return (
        <>
          Directly on <ForeignText text={nic.device} />
        </>
      );
    case 'user':
      break;
  }
  return 'The hypervisor’s own';
}
