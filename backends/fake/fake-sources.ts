import type { Appliance } from '#model/appliance';
import type { PublishedChecksum } from '#model/checksum';
import type { CloudInit, CloudInitPreview, SshKey } from '#model/cloud-init';
import type { ForeignFormat, ForeignImage } from '#model/foreign-image';
import type { OperatingSystem } from '#model/guest-spec';
import { GiB, MiB } from '#model/quantity';
import type { RecognisedSource, RemoteFile } from '#model/remote-source';
import type { CatalogueEntry, SystemFacts, SystemSummary } from '#model/system-facts';
import type { LocalFile, SaveTarget } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FoundFile } from '../sources/file-finder.ts';
import type { Answers, BootFiles, Progress, Sources, Workshop, Original } from '../sources/sources.ts';
import { FakeMediaReader } from './fake-media.ts';
import { fakeCatalogue, fakeSystems } from './fake-systems.ts';

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
const formats: readonly ForeignFormat[] = ['qcow2', 'qcow', 'vmdk', 'vdi', 'vhdx'];

const REMOTE_SIZE = 700 * MiB;

/** A small world to make guests from: four systems, files that are judged by their names, and a web where only example.org answers. */
export class FakeSources extends FakeMediaReader implements Sources {
  /** Originals of what was moved. */
  readonly removed: string[] = [];
  /** Paths at which there is nothing any more. */
  readonly gone = new Set<string>();
  /** What this computer has free, bytes. */
  room = 100 * GiB;
  readonly #asked = new Set<string>();
  async inspectDisk({ path }: LocalFile): Promise<{ image: ForeignImage; os: OperatingSystem | null }> {
    const name = nameOf(path);
    if (name.includes('overlay')) {
      throw new BackendError('bad-file', 'This image cannot be used alone. It is an overlay: a part of its disk is in another file.');
    }
    const format = formats.find((each) => name.endsWith(`.${each}`)) ?? 'raw';
    const os = name.includes('debian') ? (fakeSystems.find(({ summary }) => summary.distro === 'debian')?.os ?? null) : null;
    return { image: { name, size: 4 * GiB, capacity: 20 * GiB, format }, os };
  }
  async findFile(path: string): Promise<FoundFile> {
    if (this.gone.has(path)) {
      throw new BackendError('bad-file', `“${nameOf(path)}” is not there any more.`, {
        remedy: 'Remove it from the list, or choose the file where it is now.',
      });
    }
    return { file: { path }, size: 700 * MiB };
  }
  async inspectAppliance({ path }: LocalFile): Promise<Appliance> {
    if (!/\.(ova|ovf)$/.test(path))
      throw new BackendError('bad-file', `“${nameOf(path)}” is no appliance.`, { remedy: 'Choose an .ova file.' });
    return {
      name: 'web-appliance',
      system: 'Debian GNU/Linux 12 (64-bit)',
      os: null,
      vcpus: 2,
      memory: 2 * GiB,
      firmware: 'bios',
      tpm: false,
      disks: [{ id: 'vmdisk1', file: 'disk1.vmdk', size: 400 * MiB, capacity: 8 * GiB, format: 'vmdk' }],
      networkCards: [{ network: 'NAT' }],
      manifest: true,
    };
  }

  async searchSystems({ text, ended }: { text: string; ended: boolean }): Promise<SystemSummary[]> {
    return fakeSystems
      .map(({ summary }) => summary)
      .filter((summary) => (ended || !summary.ended) && words(text).every((word) => summary.name.toLowerCase().includes(word)));
  }
  async describeSystem(id: string): Promise<SystemFacts | null> {
    return fakeSystems.find(({ summary }) => summary.id === id) ?? null;
  }
  async searchCatalogue({ text, arch, ended }: { text: string; arch: string | null; ended: boolean }): Promise<CatalogueEntry[]> {
    return fakeCatalogue.filter(
      (entry) =>
        (ended || !entry.ended) &&
        (arch === null || entry.arch === arch) &&
        words(text).every((word) => entry.name.toLowerCase().includes(word)),
    );
  }
  async knowsWebOrigin(origin: string): Promise<boolean> {
    return origin === 'https://example.org';
  }
  async webPlace(): Promise<'far'> {
    return 'far';
  }
  agreeToPrivate(): void {
    // Nothing here stands for a private network.
  }

  async describeRemoteFile(url: string): Promise<RemoteFile> {
    assertAnswers(url);
    this.#asked.add(url);
    return { url, name: nameOf(new URL(url).pathname), size: REMOTE_SIZE, resumable: true };
  }
  knownSize(url: string): number | null {
    return this.#asked.has(url) ? REMOTE_SIZE : null;
  }
  async findPublishedChecksum(url: string): Promise<PublishedChecksum | null> {
    assertAnswers(url);
    return { checksum: { algorithm: 'sha256', value: '5e'.repeat(32) }, from: new URL('SHA256SUMS', url).href };
  }
  async recognise(url: string): Promise<RecognisedSource> {
    assertAnswers(url);
    const fedora = fakeSystems.find(({ summary }) => summary.distro === 'fedora')?.os ?? null;
    if (/\.(iso|qcow2|img)$/.test(url)) {
      return { kind: url.endsWith('.iso') ? 'iso' : 'image', file: await this.describeRemoteFile(url), os: null };
    }
    const at = (name: string) => new URL(name, url.endsWith('/') ? url : `${url}/`).href;
    const [kernel, initrd] = [at('images/pxeboot/vmlinuz'), at('images/pxeboot/initrd.img')];
    const tree = { url, os: fedora, name: 'Fedora 42 Everything', arch: 'x86_64', kernel, initrd, arguments: `inst.repo=${url}` };
    return { kind: 'tree', tree };
  }

  async sshKeys(): Promise<SshKey[]> {
    return [keyNamed('id_ed25519.pub', 'ada@desk')];
  }
  async makeSshKey({ path }: SaveTarget): Promise<SshKey> {
    return keyNamed(`${nameOf(path)}.pub`, 'guesthouse');
  }
  async hashPassword(): Promise<string> {
    return `$6$salt$${'x'.repeat(86)}`;
  }
  previewCloudInit({ hostname, user, own }: CloudInit): CloudInitPreview {
    const problems = own?.includes('\t') === true ? [{ line: 1, message: 'Tabs are not allowed as indentation' }] : [];
    const lines = [
      '#cloud-config',
      ...(hostname === null ? [] : [`hostname: ${hostname}`]),
      ...(user === null ? [] : [`user: ${user.name}`]),
    ];
    return { userData: `${lines.join('\n')}\n${own ?? ''}`, metaData: 'instance-id: preview\n', problems };
  }
  async openWorkshop(): Promise<Workshop> {
    return new FakeWorkshop();
  }
  async workshopRoom(): Promise<number> {
    return this.room;
  }
  async holdOriginal({ path }: LocalFile): Promise<Original> {
    return { path, remove: async () => void this.removed.push(path) };
  }
  async findDriverDisc(): Promise<LocalFile | null> {
    return { path: '/usr/share/virtio-win/virtio-win.iso' };
  }
}

const made = (name: string): LocalFile => ({ path: `/home/ada/.cache/guesthouse/sources/${name}` });

/** Makes files of which there are only names. An address with "broken" in it breaks off half-way. */
class FakeWorkshop implements Workshop {
  async download(url: string, _: unknown, { report }: Progress): Promise<LocalFile> {
    assertAnswers(url);
    report(`Downloading ${nameOf(url)}`, 0.5);
    if (url.includes('broken')) {
      throw new BackendError('connection-lost', 'The download broke off.', { remedy: 'Try again: it goes on where it stopped.' });
    }
    return made(nameOf(url));
  }
  async convert(file: LocalFile): Promise<LocalFile> {
    return made(`${nameOf(file.path)}.qcow2`);
  }
  async unpack(file: LocalFile): Promise<{ readonly capacity: number; readonly file: LocalFile }[]> {
    return [{ capacity: 8 * GiB, file: made(`${nameOf(file.path)}.qcow2`) }];
  }
  async fetchKernel(url: string): Promise<BootFiles> {
    assertAnswers(url);
    return { kernel: made('vmlinuz'), initrd: made('initrd.img'), arguments: `inst.repo=${url}` };
  }
  async makeSeed(): Promise<LocalFile> {
    return made('seed.iso');
  }
  async makeAnswers(): Promise<Answers> {
    return { disc: made('answers.iso'), arguments: '' };
  }
  async dispose(): Promise<void> {
    // There is nothing that could be removed.
  }
}

function keyNamed(name: string, comment: string): SshKey {
  const type = 'ssh-ed25519';
  const line = `${type} AAAAC3NzaC1lZDI1NTE5AAAAIGVzdHZlY3RvcmVzdHZlY3RvcmVzdHZlY3RvcmVzdHZl ${comment}`;
  return { name, type, comment, fingerprint: 'SHA256:f4Ke0fTheKeyOfAdaLovelaceAtHerDesk000000000', line };
}

function assertAnswers(url: string): void {
  if (new URL(url).hostname.endsWith('example.org')) return;
  throw new BackendError('unreachable', `${new URL(url).host} cannot be reached.`, { remedy: 'Check the address and your network.' });
}
