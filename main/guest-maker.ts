import { setPasswordCommand } from '#model/container-login';
import type { GuestPreview, GuestSpec, Mend, Objection } from '#model/guest-spec';
import type { HostId } from '#model/host';
import type { HostDrive } from '#model/host-drive';
import type { VolumeRef } from '#model/storage';
import type { GuestRequest, HostConnection, LocalFile } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { Sources } from '../backends/sources/sources.ts';
import { changedLines } from './changed-lines.ts';
import { driveQuestion } from './drive-question.ts';
import { facetOf } from './facet.ts';
import { grantDetails } from './grant-question.ts';
import { addressesOf, GuestMaterials, lookAtFiles, originOf, tokensOf } from './guest-materials.ts';
import type { MediaTokens } from './media-tokens.ts';
import { originalOf } from './move-original.ts';
import { newLines } from './new-lines.ts';
import type { Questions } from './questions.ts';
import type { RecentMedia } from './recent-media.ts';
import type { ReachedHost, Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';
import type { VolumeLocks } from './volume-locks.ts';
import type { WebApprovals } from './web-approvals.ts';
import { wishMark } from './wish-mark.ts';
import { aboutWorkshop, learnSize, refuseInVain } from './workshop-room.ts';

interface Wish {
  readonly host: HostId;
  readonly spec: GuestSpec;
  readonly definition?: string | undefined;
  readonly operation: string;
}

export interface MakerServices {
  readonly registry: Registry;
  readonly tasks: Tasks;
  readonly tokens: MediaTokens;
  readonly recent: Pick<RecentMedia, 'remember'>;
  readonly sources: Sources;
  readonly questions: Questions;
  readonly locks: VolumeLocks;
  readonly webApprovals: WebApprovals;
  uuid(): string;
  grantAccess(commands: readonly (readonly string[])[]): Promise<void>;
}

/** Makes guests out of what the wizard sends: a specification in which files are tokens. */
export class GuestMaker {
  readonly #services: MakerServices;
  /** Wishes whose questions are open, by their ids. */
  readonly #asked = new Map<string, { readonly wish: string; readonly begun: Promise<void> }>();

  constructor(services: MakerServices) {
    this.#services = services;
  }

  async check(window: number, host: HostId, spec: GuestSpec): Promise<Objection[]> {
    const request = await this.#look(window, spec);
    return [...(await this.#creation(host).check(request)), ...(await aboutWorkshop(this.#services.sources, request))];
  }

  async preview(window: number, host: HostId, spec: GuestSpec): Promise<GuestPreview> {
    return this.#creation(host).preview(await this.#look(window, spec));
  }

  /** Only for what this very wish names, and main asks where rights are given. */
  async mend(window: number, host: HostId, spec: GuestSpec, mend: Mend): Promise<void> {
    if (mend.kind === 'copy') throw new BackendError('bad-input', 'Another pool is chosen in the form.');
    if (mend.kind === 'grant') return this.#grant(window, host, spec, mend.token);
    if (mend.kind === 'start-network') return this.#startNetwork(host, mend.network);
    await this.#startPool(host, mend.pool);
  }

  async #startNetwork(host: HostId, name: string): Promise<void> {
    const networks = facetOf(this.#services.registry.connection(host), 'networks');
    const network = (await networks.listNetworks()).find((each) => each.name === name);
    if (network === undefined) throw new BackendError('not-found', `There is no network called “${name}” any more.`);
    const job = { title: `Start network “${name}”`, host, guest: null, command: networks.commandFor(network, 'start'), cancellable: false };
    await this.#services.tasks.run(job, async () => networks.act(network.id, 'start')).result;
  }

  async #startPool(host: HostId, name: string): Promise<void> {
    const { pools } = facetOf(this.#services.registry.connection(host), 'storage');
    if (pools === null) throw new BackendError('unsupported', 'This host’s pools cannot be started from here.');
    const command = pools.commandFor({ kind: 'start', name });
    const job = { title: `Start pool “${name}”`, host, guest: null, command, cancellable: true };
    await this.#services.tasks.run(job, async (operation) => pools.act(name, 'start', [], operation)).result;
  }

  /** Starts the task whose id is `operation`; the same wish once more does nothing more, and is answered as the first. */
  create(window: number, made: Wish): Promise<void> {
    const { host, spec, definition, operation: id } = made;
    const wish = JSON.stringify({ window, host, spec, definition }, (key, value: unknown) => (secrets.has(key) ? undefined : value));
    const mark = wishMark(wish);
    const same = this.#asked.get(id);
    if (same?.wish === mark) return same.begun;
    if (same !== undefined) return Promise.reject(new BackendError('bad-input', 'This operation is another one already.'));
    const begun = this.#begin(window, made, wish).finally(() => this.#asked.delete(id));
    this.#asked.set(id, { wish: mark, begun });
    return begun;
  }

  async #begin(window: number, { host, spec, definition, operation: id }: Wish, wish: string): Promise<void> {
    const { tasks, locks, webApprovals, sources, registry, tokens, questions, recent } = this.#services;
    if (tasks.knows(id, wish)) return;
    for (const volume of volumesOf(spec)) locks.assertWhole(host, volume);
    const reached = registry.reached(host);
    const creation = facetOf(reached.connection, 'creation');
    for (const address of addressesOf(spec)) await webApprovals.require(window, address);
    if (definition !== undefined) await this.#insistOn(window, reached, spec, definition);
    await this.#insistOnPackages(window, reached, spec);
    await this.#insistOnProgram(window, reached, spec);
    await this.#insistOnImage(window, reached, spec);
    const drive = await this.#insistOnDrive(window, reached, spec);
    const original = await originalOf(spec, reached.connection, sources, (token) => tokens.look(window, token));
    if (original !== null) await questions.insist(window, original.question, { host: reached.saved });
    // An operation of another kind may have taken this id while the person was asked.
    if (tasks.knows(id, wish)) return;
    const { chosen, giveBack } = this.#use(window, spec);
    const moved = original?.volume ?? null;
    let release = () => {};
    try {
      if (moved !== null) release = locks.take(host, moved, null);
      const job = { id, wish, title: `Create “${spec.name}”`, host, guest: null, command: null, cancellable: true };
      const { result } = tasks.run(job, async (operation) => {
        const instance = this.#services.uuid();
        const workshop = await sources.openWorkshop();
        try {
          await learnSize(sources, spec, operation);
          const known = await lookAtFiles(sources, spec, chosen);
          await refuseInVain(sources, creation, { spec, files: known });
          const files = await new GuestMaterials(sources, workshop, operation, instance).gather(spec, known);
          const guest = await creation.create({ spec, files, definition, drive }, operation);
          await recent.remember(spec, chosen);
          return { guest, note: (await original?.remove(operation)) ?? noteAbout(spec) };
        } finally {
          await workshop.dispose();
        }
      });
      result.catch(giveBack).finally(release);
    } catch (error) {
      release();
      giveBack();
      throw error;
    }
  }

  /**
   * A specification names nothing but what a person chose; a definition can give a guest every file and device of the host, and start any
   * program there. A page that was taken over must not have that by itself.
   */
  async #insistOn(window: number, { saved, connection }: ReachedHost, spec: GuestSpec, definition: string): Promise<void> {
    const proposed = await facetOf(connection, 'creation').preview(await this.#look(window, spec));
    const changes = changedLines(proposed.definition, definition);
    if (changes === null) return;
    const grants = await this.#grantsBeyond(connection, proposed.definition, definition);
    const { details, more } = newLines(changes);
    await this.#services.questions.insist(
      window,
      {
        title: `Make “${spec.name}” from your own definition?`,
        message: [
          'A definition can give a guest any file, folder and device of its host. Agree only if what is new in it is yours.',
          ...more,
        ],
        details: [...grantDetails(spec.name, grants, 'Of its host'), ...details],
        choices: [],
        confirm: 'Make it',
        danger: grants.length > 0,
      },
      { host: saved },
    );
  }

  /** What the guest would have of its host by the definition, and not by the specification. */
  async #grantsBeyond({ hardware }: HostConnection, proposed: string, definition: string): Promise<string[]> {
    if (hardware === null) return [];
    const nobody = this.#services.uuid();
    const before = new Set(await hardware.grantsAnew(nobody, proposed));
    return (await hardware.grantsAnew(nobody, definition)).filter((grant) => !before.has(grant));
  }

  /** A container sees the host's own files, and without a map of users its root is the host's: what runs in it is run on the host. */
  async #insistOnProgram(window: number, { saved }: ReachedHost, { name, source }: GuestSpec): Promise<void> {
    if (source.kind !== 'container-app' && !(source.kind === 'container-os' && source.idMap === null)) return;
    const words = [source.init, ...(source.kind === 'container-app' ? source.arguments : [])];
    const hidden = words.length - changesShown;
    await this.#services.questions.insist(
      window,
      {
        title: `Run this program in the container “${name}”?`,
        message: [
          source.idMap === null
            ? 'Its root is the root of the host: it can change every file that it sees.'
            : 'Its users are others than the host’s own.',
          ...(source.kind === 'container-app' ? ['The files that it sees are the host’s.'] : []),
          ...(hidden > 0 ? [`${hidden} more words follow.`] : []),
        ],
        details: words.slice(0, changesShown).map((value, at) => ({ label: at === 0 ? 'Program' : 'Word', value, exact: true })),
        choices: [],
        confirm: 'Run it',
        danger: source.idMap === null,
      },
      { host: saved },
    );
  }

  /** What the list of recent media names was copied then, and a page can choose from it by itself: a guest must not write to it for that. */
  async #insistOnImage(window: number, { saved }: ReachedHost, { name, source }: GuestSpec): Promise<void> {
    if (source.kind !== 'disk' || source.into !== null || source.from.kind !== 'file') return;
    const { tokens, questions } = this.#services;
    if (tokens.chosenBy(window, source.from.token) === 'person') return;
    await questions.insist(
      window,
      {
        title: `Let “${name}” write to this image?`,
        message: ['The guest gets the image itself, and no copy of it as the last time: what is in it now can be overwritten.'],
        details: [{ label: 'Image', value: tokens.look(window, source.from.token).path, exact: true }],
        choices: [],
        confirm: 'Use this image',
        danger: true,
      },
      { host: saved },
    );
  }

  /** A disk of the host is the host's own until the person gives it away; a disc is only read. What was agreed to is what is used. */
  async #insistOnDrive(window: number, { saved, connection }: ReachedHost, spec: GuestSpec): Promise<HostDrive | undefined> {
    const origin = originOf(spec.source);
    if (origin?.kind !== 'drive') return undefined;
    const creation = facetOf(connection, 'creation');
    const drive = (await creation.drives()).find(({ id }) => id === origin.drive);
    if (drive === undefined) {
      throw new BackendError('not-found', 'The host does not have this drive any more.', {
        remedy: 'Plug it in again, or choose another.',
      });
    }
    if (drive.kind === 'cdrom') return undefined;
    const objections = await creation.check(await this.#look(window, spec));
    const doubts = objections.flatMap(({ field, severity, message }) => (field === 'media' && severity === 'warning' ? [message] : []));
    await this.#services.questions.insist(window, driveQuestion(spec.name, drive, doubts), { host: saved });
    return drive;
  }

  /** What is in a package is run as root when it is installed: read-only mounts do not hold a root that may mount, nor keep it from sockets. */
  async #insistOnPackages(window: number, { saved }: ReachedHost, { name, source }: GuestSpec): Promise<void> {
    if (source.kind !== 'container-os' || source.from.kind !== 'bootstrap') return;
    const { system } = source.from;
    await this.#services.questions.insist(
      window,
      {
        title: `Put together the system of “${name}” from packages?`,
        message: [
          'The host fetches them, and programs in them run there as root: a container without users of its own keeps none of them from the host. Agree only if you trust who made the packages.',
        ],
        details:
          system.tool === 'dnf'
            ? [{ label: 'Release', value: system.release, exact: true }]
            : [
                { label: 'From', value: system.mirror, exact: true },
                { label: 'Release', value: system.suite, exact: true },
              ],
        choices: [],
        confirm: 'Put it together',
        danger: true,
      },
      { host: saved },
    );
  }

  #creation(host: HostId) {
    return facetOf(this.#services.registry.connection(host), 'creation');
  }

  async #look(window: number, spec: GuestSpec): Promise<GuestRequest> {
    const { tokens, sources } = this.#services;
    const chosen = new Map(tokensOf(spec).map((token) => [token, tokens.look(window, token)]));
    return { spec, files: await lookAtFiles(sources, spec, chosen) };
  }

  #use(window: number, spec: GuestSpec): { chosen: Map<string, LocalFile>; giveBack: () => void } {
    const chosen = new Map<string, LocalFile>();
    const undo: (() => void)[] = [];
    const giveBack = () => {
      for (const step of undo.splice(0)) step();
    };
    try {
      for (const token of tokensOf(spec)) {
        const { file, giveBack: back } = this.#services.tokens.use(window, token);
        undo.push(back);
        chosen.set(token, file);
      }
    } catch (error) {
      giveBack();
      throw error;
    }
    return { chosen, giveBack };
  }

  async #grant(window: number, host: HostId, spec: GuestSpec, token: string): Promise<void> {
    if (!tokensOf(spec).includes(token)) throw new BackendError('bad-token', 'This file is none of the guest’s.');
    const file = this.#services.tokens.look(window, token);
    const commands = await this.#creation(host).grantsFor(file);
    if (commands.length === 0) return;
    await this.#services.questions.insist(window, {
      title: 'Let the hypervisor read this file?',
      message: [
        'The hypervisor’s user gets the right to pass through these folders, and no right to see what else is in them. This will be run:',
      ],
      details: commands.map((words) => ({ label: 'Command', value: words.join(' '), exact: true })),
      choices: [],
      confirm: 'Grant',
      danger: false,
    });
    await this.#services.grantAccess(commands);
  }
}

const changesShown = 20;

/** What is not kept of a specification: what an unattended installation is told, and passwords, also as hashes. */
const secrets: ReadonlySet<string> = new Set(['unattended', 'passwordHash', 'rootPasswordHash']);

/** Volumes that are there already, and that the guest gets or is copied from. */
function volumesOf({ source, disks, drivers }: GuestSpec): VolumeRef[] {
  const origins = [originOf(source), drivers?.from ?? null];
  return [
    ...origins.flatMap((origin) => (origin?.kind === 'volume' ? [origin.volume] : [])),
    ...disks.flatMap((disk) => (disk.kind === 'volume' ? [disk.volume] : [])),
  ];
}

function noteAbout({ name, source, start }: GuestSpec): string | null {
  if (source.kind === 'iso' && source.unattended !== null) {
    return `The disc with the installer’s answers, passwords among them, stays in the guest’s drive as “${name}-seed.iso”: take it out and delete it after the installation.`;
  }
  if (source.kind === 'container-os' && source.from.kind === 'bootstrap' && source.rootPasswordHash === null) {
    return `Its root has no password yet, so nobody can log in. Give it one on the host while it runs: ${setPasswordCommand(name)}`;
  }
  if (source.kind !== 'tree' || !start) return null;
  return 'When the installer has finished, the guest is off: its next start is from its disk.';
}
