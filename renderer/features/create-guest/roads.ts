import { BoxIcon } from '@patternfly/react-icons/dist/esm/icons/box-icon';
import { CloudDownloadAltIcon } from '@patternfly/react-icons/dist/esm/icons/cloud-download-alt-icon';
import { CloudIcon } from '@patternfly/react-icons/dist/esm/icons/cloud-icon';
import { CompactDiscIcon } from '@patternfly/react-icons/dist/esm/icons/compact-disc-icon';
import { CubeIcon } from '@patternfly/react-icons/dist/esm/icons/cube-icon';
import { DesktopIcon } from '@patternfly/react-icons/dist/esm/icons/desktop-icon';
import { GlobeIcon } from '@patternfly/react-icons/dist/esm/icons/globe-icon';
import { HddIcon } from '@patternfly/react-icons/dist/esm/icons/hdd-icon';
import { LayerGroupIcon } from '@patternfly/react-icons/dist/esm/icons/layer-group-icon';
import { NetworkWiredIcon } from '@patternfly/react-icons/dist/esm/icons/network-wired-icon';
import type { ComponentType } from 'react';
import type { CreationOffer } from '#model/guest-spec';

/** What a new guest can begin with, in the order in which people look for it. */
export const roads = [
  'iso',
  'download',
  'cloud-image',
  'disk',
  'appliance',
  'tree',
  'pxe',
  'empty',
  'container-app',
  'container-os',
] as const;
export type Road = (typeof roads)[number];

interface RoadWords {
  readonly title: string;
  /** What it is for, as a sentence. */
  readonly about: string;
  readonly icon: ComponentType;
}

export const roadWords: Readonly<Record<Road, RoadWords>> = {
  iso: {
    title: 'ISO image',
    about: 'Installs or runs a system from its installation medium: an image of it, or the disc in a drive of the host.',
    icon: CompactDiscIcon,
  },
  download: { title: 'Download a system', about: 'Fetches a medium or an image of a system from its makers.', icon: CloudDownloadAltIcon },
  'cloud-image': {
    title: 'Cloud image',
    about: 'A system installed already, which is told its user, name and keys at its first start.',
    icon: CloudIcon,
  },
  disk: {
    title: 'Existing disk',
    about: 'A disk with a system on it: from this computer, from a pool, or one of the host’s own.',
    icon: HddIcon,
  },
  appliance: { title: 'Appliance', about: 'A whole machine as VirtualBox and VMware export it: an OVA or OVF file.', icon: BoxIcon },
  tree: { title: 'Network install', about: 'Starts the installer of a distribution from its server.', icon: GlobeIcon },
  pxe: { title: 'Network boot', about: 'Starts from a boot server on the guest’s network (PXE).', icon: NetworkWiredIcon },
  empty: { title: 'Empty machine', about: 'A machine with nothing in it. Media can be put in later.', icon: DesktopIcon },
  'container-app': { title: 'Application container', about: 'Runs one program of the host in walls of its own.', icon: CubeIcon },
  'container-os': {
    title: 'System container',
    about: 'Runs a whole system on the host’s kernel: from a folder, an archive or a distribution’s packages.',
    icon: LayerGroupIcon,
  },
};

/** Why a road cannot be taken on this host; null where it can. What is downloaded is a medium in the end. */
export const whyClosed = (road: Road, { roads: offered }: CreationOffer): string | null =>
  offered.find(({ kind }) => kind === (road === 'download' ? 'iso' : road))?.why ?? null;

/** The wanted road where the host has it, else the first that it has. */
export const openRoad = (wanted: Road, offer: CreationOffer): Road =>
  whyClosed(wanted, offer) === null ? wanted : (roads.find((road) => whyClosed(road, offer) === null) ?? wanted);
