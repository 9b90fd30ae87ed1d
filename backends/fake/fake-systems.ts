import { GiB } from '#model/quantity';
import type { CatalogueEntry, SystemFacts, SystemSummary } from '#model/system-facts';

type Wish = Pick<SystemSummary, 'id' | 'shortId' | 'name' | 'version' | 'distro' | 'released'> &
  Partial<SystemSummary> & { readonly memory: number; readonly disk: number };

function system({ memory, disk, ...about }: Wish, more: Partial<SystemFacts> = {}): SystemFacts {
  const summary: SystemSummary = { vendor: null, family: 'linux', endsOfLife: null, ended: false, stage: 'released', ...about };
  const recommended = { memory, vcpus: 2, disk };
  const none = { memory: null, vcpus: null, disk: null };
  return {
    summary,
    os: { id: summary.id, name: summary.name, family: summary.family, recommended },
    resources: [{ arch: 'all', minimum: { memory: memory / 2, vcpus: 1, disk: disk / 2 }, recommended, maximum: none }],
    machine: { uefi: 'supported', secureBootRequired: false, tpmRequired: false, q35: true },
    drivers: { virtioDisk: true, virtioNet: true, virtioVideo: true, virtioFilesystem: true, tablet: true },
    needsDriverDisc: false,
    scripts: [],
    ...more,
  };
}

const debian = { distro: 'debian', vendor: 'Debian Project', memory: 2 * GiB, disk: 20 * GiB };
export const fakeSystems: readonly SystemFacts[] = [
  system(
    { ...debian, id: 'http://debian.org/debian/13', shortId: 'debian13', name: 'Debian 13', version: '13', released: '2025-08-09' },
    { scripts: [{ id: 'http://debian.org/debian/preseed/jeos', kind: 'preseed', profile: 'jeos' }] },
  ),
  system({
    ...debian,
    id: 'http://debian.org/debian/9',
    shortId: 'debian9',
    name: 'Debian 9',
    version: '9',
    released: '2017-06-17',
    endsOfLife: '2022-06-30',
    ended: true,
  }),
  system(
    {
      id: 'http://fedoraproject.org/fedora/42',
      shortId: 'fedora42',
      name: 'Fedora Linux 42',
      version: '42',
      vendor: 'Fedora Project',
      distro: 'fedora',
      released: '2025-04-15',
      memory: 2 * GiB,
      disk: 20 * GiB,
    },
    { scripts: [{ id: 'http://fedoraproject.org/fedora/kickstart/jeos', kind: 'kickstart', profile: 'jeos' }] },
  ),
  system(
    {
      id: 'http://microsoft.com/win/11',
      shortId: 'win11',
      name: 'Microsoft Windows 11',
      version: '11.0',
      vendor: 'Microsoft Corporation',
      family: 'winnt',
      distro: 'win',
      released: '2021-10-05',
      memory: 4 * GiB,
      disk: 64 * GiB,
    },
    {
      machine: { uefi: 'required', secureBootRequired: true, tpmRequired: true, q35: true },
      drivers: { virtioDisk: false, virtioNet: false, virtioVideo: false, virtioFilesystem: false, tablet: true },
      needsDriverDisc: true,
      scripts: [{ id: 'http://microsoft.com/windows/unattend/desktop', kind: 'answer-file', profile: 'desktop' }],
    },
  ),
];

const entry = (index: number, more: Pick<CatalogueEntry, 'kind' | 'name' | 'url'> & Partial<CatalogueEntry>): CatalogueEntry => {
  const { id, name, ended } = fakeSystems[index]?.summary ?? { id: '', name: '', ended: false };
  return { os: { id, name }, arch: 'x86_64', format: null, cloudInit: false, ended, ...more };
};

export const fakeCatalogue: readonly CatalogueEntry[] = [
  entry(0, { kind: 'installer', name: 'Debian 13', url: 'https://example.org/debian-13-amd64-netinst.iso' }),
  entry(0, {
    kind: 'image',
    name: 'Debian 13 (Generic)',
    url: 'https://example.org/debian-13-generic-amd64.qcow2',
    format: 'qcow2',
    cloudInit: true,
  }),
  entry(0, { kind: 'installer', name: 'Debian 13', url: 'https://example.org/debian-13-arm64-netinst.iso', arch: 'aarch64' }),
  entry(1, { kind: 'installer', name: 'Debian 9', url: 'https://example.org/debian-9-amd64-netinst.iso' }),
  entry(2, { kind: 'live', name: 'Fedora Workstation 42', url: 'https://example.org/Fedora-Workstation-Live-42.iso' }),
];
