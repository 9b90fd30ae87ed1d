import type { GuestSource, MediumOrigin } from '#model/guest-source';
import type { GuestSpec } from '#model/guest-spec';
import type { GuestFiles, LocalFile, Operation } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { Sources, Workshop } from '../backends/sources/sources.ts';

type Image = NonNullable<GuestFiles['image']>;

/** Every file of this computer that the specification names, once. */
export function tokensOf({ source, drivers }: GuestSpec): string[] {
  const origins = [drivers?.from ?? null, originOf(source)];
  const tokens = origins.flatMap((origin) => (origin?.kind === 'file' ? [origin.token] : []));
  return [...new Set([...tokens, ...(source.kind === 'appliance' ? [source.token] : [])])];
}

/** Every address from which something is to be fetched for it. */
export function addressesOf({ source }: GuestSpec): string[] {
  const origin = originOf(source);
  return [...(origin?.kind === 'url' ? [origin.url] : []), ...(source.kind === 'tree' ? [source.url] : []), ...mirrorsOf(source)];
}

function mirrorsOf(source: GuestSource): string[] {
  if (source.kind !== 'container-os' || source.from.kind !== 'bootstrap') return [];
  const { system } = source.from;
  return system.tool === 'debootstrap' ? [system.mirror] : [];
}

/** Null too for what is put together on the host. */
export const originOf = (source: GuestSource): MediumOrigin | null =>
  'from' in source && source.from.kind !== 'bootstrap' ? source.from : null;

/**
 * What is known of the files before anything is fetched or made. Rejects with 'bad-file' where one is not what it was chosen as: a link, a
 * device or another file may lie there by now.
 */
export async function lookAtFiles(
  sources: Sources,
  { source, drivers }: GuestSpec,
  chosen: ReadonlyMap<string, LocalFile>,
): Promise<GuestFiles> {
  const found = drivers?.from.kind === 'found' ? ((await sources.findDriverDisc()) ?? undefined) : undefined;
  const files: GuestFiles = { chosen, drivers: found };
  const origin = originOf(source);
  const file = origin?.kind === 'file' ? chosen.get(origin.token) : undefined;
  if (origin?.kind === 'url') return { ...files, fetched: { size: sources.knownSize(origin.url) } };
  if (source.kind === 'iso' && file !== undefined) await sources.read(file);
  if ((source.kind === 'disk' || source.kind === 'cloud-image') && file !== undefined)
    return { ...files, image: await imageOf(sources, file) };
  if (source.kind !== 'appliance') return files;
  const packed = chosen.get(source.token);
  const appliance = packed === undefined ? null : await sources.inspectAppliance(packed);
  return { ...files, disks: (appliance?.disks ?? []).map(({ capacity, size }) => ({ capacity: capacity ?? size, file: null, size })) };
}

async function imageOf(sources: Sources, file: LocalFile): Promise<Image> {
  const { image } = await sources.inspectDisk(file);
  return { file, format: image.format, capacity: image.capacity, size: image.size };
}

/** Fetches, converts, unpacks and makes all that the guest is made from, in `workshop`. */
export class GuestMaterials {
  readonly #sources: Sources;
  readonly #workshop: Workshop;
  readonly #operation: Operation;
  readonly #instance: string;

  /** `instance`: what cloud-init tells this guest from others by. */
  constructor(sources: Sources, workshop: Workshop, operation: Operation, instance: string) {
    this.#instance = instance;
    this.#sources = sources;
    this.#workshop = workshop;
    this.#operation = operation;
  }

  async gather(spec: GuestSpec, known: GuestFiles): Promise<GuestFiles> {
    const { source } = spec;
    return {
      ...known,
      image: await this.#image(source, known),
      seed: await this.#seed(source),
      kernel: source.kind === 'tree' ? await this.#kernel(source) : undefined,
      disks: source.kind === 'appliance' ? await this.#disks(source.token, known) : undefined,
    };
  }

  async #image(source: GuestSource, known: GuestFiles): Promise<Image | undefined> {
    const origin = originOf(source);
    if (origin?.kind === 'url') {
      this.#operation.report('Downloading', null);
      const file = await this.#workshop.download(origin.url, origin.checksum, this.#operation);
      if (source.kind === 'container-os') return { file, format: 'raw' };
      if (source.kind !== 'iso') return this.#converted(await imageOf(this.#sources, file));
      await this.#sources.read(file);
      return { file, format: 'raw' };
    }
    const copied = 'into' in source && source.into !== null;
    return known.image === undefined || !copied ? known.image : this.#converted(known.image);
  }

  /** What is copied to a host is qcow2 or raw: others QEMU reads, but neither grows nor writes well. */
  async #converted(image: Image): Promise<Image> {
    if (image.format === 'raw' || image.format === 'qcow2') return image;
    this.#operation.report('Converting the image', null);
    return { file: await this.#workshop.convert(image.file, this.#operation), format: 'qcow2' };
  }

  async #seed(source: GuestSource): Promise<LocalFile | undefined> {
    if (source.kind === 'cloud-image' && source.cloudInit !== null) return this.#workshop.makeSeed(source.cloudInit, this.#instance);
    if (source.kind === 'iso' && source.unattended !== null) return (await this.#workshop.makeAnswers(source.unattended)).disc;
    return undefined;
  }

  async #kernel(source: Extract<GuestSource, { kind: 'tree' }>): Promise<GuestFiles['kernel']> {
    this.#operation.report('Fetching the installer', null);
    return this.#workshop.fetchKernel(source.url, this.#operation, source.unattended);
  }

  async #disks(token: string, { chosen }: GuestFiles): Promise<GuestFiles['disks']> {
    const file = chosen.get(token);
    if (file === undefined) throw new BackendError('bad-token', 'The appliance must be chosen again.');
    this.#operation.report('Unpacking the appliance', null);
    return this.#workshop.unpack(file, this.#operation);
  }
}
