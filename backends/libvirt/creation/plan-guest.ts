import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DriverDisc, GuestSource, Origin, RootOrigin } from '#model/guest-source';
import type { NewDisk } from '#model/guest-spec';
import type { Pool, VolumeRef } from '#model/storage';
import type { GuestRequest, LocalFile } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import type { Drive } from '../devices/host-drives.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { textAt } from '../xml/document.ts';
import { FreeNames } from './free-names.ts';
import type { DiskPlace, GuestPlan, PlannedDisk, PlannedTree, PlannedVolume, TreeFilling, Upload } from './guest-plan.ts';
import { networkSourceOf } from './network-source.ts';
import { fileStores } from './new-volume.ts';
import { placeOf, readPoolDocument, readSourceVolume } from './source-volume.ts';

/** About what xorriso makes of a few small files; bytes. */
const SEED_BYTES = 384 * 1024;

/** What of the host is there already. `drive`: the one that the specification names. */
interface Stock {
  readonly pools: readonly Pool[];
  readonly drive: Drive | null;
}

/** Changes nothing. Rejects with BackendError where something that the specification names is not there, or cannot be used. */
export async function planGuest(host: LibvirtHost, request: GuestRequest, stock: Stock): Promise<GuestPlan> {
  return new Planner(host, request, stock).plan();
}

class Planner {
  readonly #host: LibvirtHost;
  readonly #request: GuestRequest;
  readonly #pools: readonly Pool[];
  readonly #drive: Drive | null;
  readonly #names: FreeNames;
  readonly #volumes: PlannedVolume[] = [];
  readonly #disks: PlannedDisk[] = [];

  constructor(host: LibvirtHost, request: GuestRequest, { pools, drive }: Stock) {
    this.#host = host;
    this.#request = request;
    this.#pools = pools;
    this.#drive = drive;
    this.#names = new FreeNames(host);
  }

  async plan(): Promise<GuestPlan> {
    const { source, disks, drivers } = this.#request.spec;
    await this.#planSource();
    for (const disk of disks) await this.#planDisk(disk);
    // A tree's kernel reads its answers from its own initrd.
    const seeded = source.kind === 'cloud-image' ? source.cloudInit !== null : source.kind === 'iso' && source.unattended !== null;
    if (seeded) {
      const upload = { file: this.#request.files.seed ?? null, size: SEED_BYTES };
      const seed = await this.#upload(this.#somePool(), `${this.#request.spec.name}-seed`, '.iso', upload);
      this.#disks.push({ device: 'cdrom', place: this.#placeOf(seed), format: 'raw', boots: false });
    }
    if (drivers !== null) await this.#planDrivers(drivers);
    const kernel = await this.#planKernel();
    const tree = source.kind === 'container-os' ? await this.#planTree(source) : null;
    const root = tree?.path ?? (source.kind === 'container-os' ? await this.#rootOf(source.from) : null);
    return { volumes: this.#volumes, disks: this.#disks, kernel, root, tree };
  }

  async #planSource(): Promise<void> {
    const { spec, files } = this.#request;
    const { source } = spec;
    switch (source.kind) {
      case 'iso':
        return void this.#disks.push(source.from.kind === 'drive' ? this.#inDrive('cdrom') : await this.#medium(source.from, source.into));
      case 'disk':
        if (source.from.kind === 'drive') return void this.#disks.push(this.#inDrive('disk'));
        if (source.move === true && source.into !== null)
          return void this.#disks.push(await this.#moved(source.from, source.into, source.size));
        return void this.#disks.push(await this.#image(source.from, source.into, source.size));
      case 'cloud-image':
        return void this.#disks.push(await this.#image(source.from, source.into, source.size));
      case 'appliance':
        for (const { file, size, capacity } of files.disks ?? []) {
          const volume = await this.#upload(source.into, spec.name, '.qcow2', { file, size: size ?? null, capacity });
          this.#disks.push({ device: 'disk', place: this.#placeOf(volume), format: 'qcow2', boots: true });
        }
        return;
      case 'tree':
      case 'pxe':
      case 'empty':
      case 'container-app':
      case 'container-os':
    }
  }

  #inDrive(device: PlannedDisk['device']): PlannedDisk {
    if (this.#drive === null) throw new BackendError('not-found', 'The host does not have this drive any more.');
    return { device, place: { kind: 'block', path: this.#drive.place }, format: 'raw', boots: true };
  }

  /** An installation medium: in a drive, whatever is in it. */
  async #medium(from: Origin, into: string | null): Promise<PlannedDisk> {
    const place =
      from.kind === 'volume'
        ? placeOf(this.#poolOf(from.volume.pool), await readSourceVolume(this.#host, from.volume))
        : into === null
          ? await this.#inPlace(this.#fileOf(from))
          : this.#placeOf(await this.#upload(into, stemOf(nameOf(from, this.#fileOf(from))), '.iso', this.#whole(from)));
    return { device: 'cdrom', place, format: 'raw', boots: true };
  }

  async #image(from: Origin, into: string | null, growTo: number | null): Promise<PlannedDisk> {
    if (from.kind === 'volume') return this.#volumeImage(from.volume, into, growTo);
    const image = this.#request.files.image ?? null;
    if (into === null) {
      if (image === null) throw new BackendError('bad-input', 'What is fetched must be kept in a storage pool.');
      return { device: 'disk', place: await this.#inPlace(image.file), format: image.format, boots: true };
    }
    const given = image?.format ?? formatByAddress(from);
    // Main makes qcow2 of what is in another program's format before it is uploaded.
    const format = given === 'raw' ? 'raw' : 'qcow2';
    const upload = { ...this.#whole(from), file: image?.file ?? null, growTo, capacity: image?.capacity ?? null };
    const volume = await this.#upload(into, this.#request.spec.name, format === 'raw' ? '.img' : '.qcow2', upload);
    return { device: 'disk', place: this.#placeOf(volume), format, boots: true };
  }

  async #moved(from: Origin, into: string, growTo: number | null): Promise<PlannedDisk> {
    const { file, format } = await this.#original(from, into);
    const pool = this.#poolOf(into);
    const { name, path } = await this.#free(pool, this.#request.spec.name, format === 'qcow2' ? '.qcow2' : '.img');
    const volume: PlannedVolume = { pool: into, name, path, make: { kind: 'move', from: file, growTo } };
    this.#volumes.push(volume);
    return { device: 'disk', place: this.#placeOf(volume), format, boots: true };
  }

  /** What stays the same on the way, and so can be compared with what arrives. */
  async #original(from: Origin, into: string): Promise<{ file: LocalFile | VolumeRef; format: string }> {
    const refused = (why: string) =>
      new BackendError('unsupported', why, { remedy: 'Copy it, and remove the original when the guest works.' });
    if (from.kind === 'volume') {
      const { format, isPlain } = await readSourceVolume(this.#host, from.volume);
      if (!isPlain) throw refused(`“${from.volume.name}” is encrypted or an overlay: its bytes alone are not all of it.`);
      if (from.volume.pool === into) {
        throw new BackendError('bad-input', `“${from.volume.name}” is in the pool “${into}” already.`, { remedy: 'Use it where it is.' });
      }
      return { file: from.volume, format };
    }
    const { image } = this.#request.files;
    if (from.kind === 'url' || image === undefined) throw new BackendError('bad-input', 'What is fetched has no original here to remove.');
    if (image.format === 'raw' || image.format === 'qcow2') return { file: image.file, format: image.format };
    throw refused(`A disk in the format ${image.format} is converted on the way, so nothing can be compared with it.`);
  }

  async #volumeImage(ref: VolumeRef, into: string | null, growTo: number | null): Promise<PlannedDisk> {
    const found = await readSourceVolume(this.#host, ref);
    if (into === null) return { device: 'disk', place: placeOf(this.#poolOf(ref.pool), found), format: found.format, boots: true };
    const pool = this.#poolOf(into);
    const format = fileStores.has(pool.kind) ? 'qcow2' : 'raw';
    const { name, path } = await this.#free(pool, this.#request.spec.name, format === 'qcow2' ? '.qcow2' : '.img');
    const volume: PlannedVolume = { pool: into, name, path, make: { kind: 'clone', from: ref, format, growTo } };
    this.#volumes.push(volume);
    return { device: 'disk', place: this.#placeOf(volume), format, boots: true };
  }

  async #planDisk(disk: NewDisk): Promise<void> {
    if (disk.kind === 'volume') {
      const found = await readSourceVolume(this.#host, disk.volume);
      const place = placeOf(this.#poolOf(disk.volume.pool), found);
      return void this.#disks.push({ device: 'disk', place, format: found.format, boots: true });
    }
    const pool = this.#poolOf(disk.pool);
    const { name, path } = await this.#free(pool, this.#request.spec.name, disk.format === 'qcow2' ? '.qcow2' : '.img');
    const volume: PlannedVolume = { pool: pool.name, name, path, make: { kind: 'empty', size: disk.size, format: disk.format } };
    this.#volumes.push(volume);
    const network = pool.path === null ? networkSourceOf(await readPoolDocument(this.#host, pool.name), path) : null;
    const place: DiskPlace = network === null ? this.#placeOf(volume) : { kind: 'volume', volume: { pool: pool.name, name }, network };
    this.#disks.push({ device: 'disk', place, format: disk.format, boots: true });
  }

  async #planDrivers({ from, into }: DriverDisc): Promise<void> {
    if (from.kind === 'volume') {
      const place = placeOf(this.#poolOf(from.volume.pool), await readSourceVolume(this.#host, from.volume));
      return void this.#disks.push({ device: 'cdrom', place, format: 'raw', boots: false });
    }
    const file = from.kind === 'file' ? this.#chosen(from.token) : this.#request.files.drivers;
    if (file === undefined) throw new BackendError('not-found', 'There is no disc with drivers on this computer.');
    const place = into === null ? await this.#inPlace(file) : this.#placeOf(await this.#upload(into, stemOf(file.path), '.iso', { file }));
    this.#disks.push({ device: 'cdrom', place, format: 'raw', boots: false });
  }

  async #planKernel(): Promise<GuestPlan['kernel']> {
    const { spec, files } = this.#request;
    if (spec.source.kind !== 'tree') return null;
    const { into } = spec.source;
    const kernel = await this.#upload(into, `${spec.name}-kernel`, '.img', { file: files.kernel?.kernel ?? null });
    const initrd = await this.#upload(into, `${spec.name}-initrd`, '.img', { file: files.kernel?.initrd ?? null });
    const words = [files.kernel?.arguments ?? '', spec.source.arguments];
    return { kernel, initrd, arguments: words.filter((line) => line !== '').join(' ') };
  }

  /** Null: it is there. */
  async #planTree(source: Extract<GuestSource, { kind: 'container-os' }>): Promise<PlannedTree | null> {
    const { from, into, idMap, init, hostname, rootPasswordHash } = source;
    if (into === null) return null;
    const pool = this.#poolOf(into);
    if (!fileStores.has(pool.kind)) throw new BackendError('unsupported', `A pool of kind “${pool.kind}” holds no folders.`);
    const fill = await this.#fillingOf(from, into);
    return { pool: into, ...(await this.#free(pool, this.#request.spec.name, '')), idMap, init, fill, hostname, rootPasswordHash };
  }

  async #fillingOf(from: RootOrigin, into: string): Promise<TreeFilling> {
    if (from.kind === 'bootstrap') return from;
    if (from.kind === 'volume') return { kind: 'archive', path: (await readSourceVolume(this.#host, from.volume)).path, copied: null };
    const copied = await this.#upload(into, `${this.#request.spec.name}-files`, '.tar', this.#whole(from));
    return { kind: 'archive', path: copied.path, copied };
  }

  async #rootOf(from: RootOrigin): Promise<string> {
    if (from.kind === 'volume') return (await readSourceVolume(this.#host, from.volume)).path;
    const folder = from.kind === 'file' ? this.#chosen(from.token) : null;
    if (folder === null) {
      throw new BackendError('bad-input', 'What is fetched needs a storage pool for its files.', { remedy: 'Choose one.' });
    }
    return realpath(folder.path);
  }

  async #upload(
    into: string,
    stem: string,
    ending: string,
    upload: Omit<Upload, 'kind' | 'growTo'> & Partial<Upload>,
  ): Promise<PlannedVolume> {
    const { name, path } = await this.#free(this.#poolOf(into), stem, ending);
    const volume: PlannedVolume = { pool: into, name, path, make: { growTo: null, ...upload, kind: 'upload' } };
    this.#volumes.push(volume);
    return volume;
  }

  async #free(pool: Pool, stem: string, ending: string): Promise<{ name: string; path: string }> {
    // Images of Ceph are at no path of the host: "pool/image".
    const folder = pool.path ?? (pool.kind === 'rbd' ? textAt(await readPoolDocument(this.#host, pool.name), 'source', 'name') : null);
    if (folder === null) throw new BackendError('unsupported', `Nothing can be made in a pool of kind “${pool.kind}” here.`);
    const name = await this.#names.take(pool, stem, ending);
    return { name, path: `${folder}/${name}` };
  }

  #placeOf({ pool, path }: PlannedVolume): DiskPlace {
    return { kind: fileStores.has(this.#poolOf(pool).kind) ? 'file' : 'block', path };
  }

  /** libvirt would follow links too, but labels what they lead to, and tells that path ever after. */
  async #inPlace(file: LocalFile | null): Promise<DiskPlace> {
    if (file === null) throw new BackendError('bad-input', 'What is fetched must be kept in a storage pool.');
    // One that is not there has an objection of its own.
    return { kind: 'file', path: await realpath(file.path).catch(() => file.path) };
  }

  /** For small companions of the guest: beside its image, else beside its first disk. */
  #somePool(): string {
    const { source, disks } = this.#request.spec;
    const into = 'into' in source ? source.into : null;
    const first = disks.flatMap((disk) => (disk.kind === 'new' ? [disk.pool] : [disk.volume.pool]))[0];
    const pool = into ?? first ?? this.#pools.find(({ active, kind }) => active && fileStores.has(kind))?.name;
    if (pool === undefined)
      throw new BackendError('not-found', 'The host has no active storage pool.', { remedy: 'Start one, or make one.' });
    return pool;
  }

  #poolOf(name: string): Pool {
    const pool = this.#pools.find((each) => each.name === name);
    if (pool === undefined) throw new BackendError('not-found', `There is no storage pool called “${name}”.`);
    return pool;
  }

  /** Null: it is still to be fetched. */
  #fileOf(from: Origin): LocalFile | null {
    return from.kind === 'file' ? this.#chosen(from.token) : (this.#request.files.image?.file ?? null);
  }

  #whole(from: Origin): Pick<Upload, 'file' | 'size'> {
    return { file: this.#fileOf(from), size: from.kind === 'url' ? (this.#request.files.fetched?.size ?? null) : null };
  }

  #chosen(token: string): LocalFile {
    const file = this.#request.files.chosen.get(token);
    if (file === undefined) throw new BackendError('bad-token', 'The file must be chosen again.');
    return file;
  }
}

/** What the file is called where it comes from: a fetched one lies here under a name of ours. */
function nameOf(from: Origin, file: LocalFile | null): string {
  return from.kind === 'url' ? decodeURIComponent(new URL(from.url).pathname) : (file?.path ?? '');
}

function stemOf(path: string): string {
  return basename(path).replace(/\.(iso|img)$/i, '') || 'medium';
}

/** Before it is there. Images on the web are qcow2 under many names, and raw ones say so. */
function formatByAddress(from: Origin): 'raw' | 'qcow2' {
  return from.kind === 'url' && /\.raw$/i.test(new URL(from.url).pathname) ? 'raw' : 'qcow2';
}
