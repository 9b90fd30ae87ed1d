import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { checksumOf } from '#model/checksum';
import type { SourceFile } from '#model/source-file';
import type { LocalFile } from '../../backends/backend.ts';
import type { MediaTokens } from '../media-tokens.ts';
import type { RecentMedia } from '../recent-media.ts';
import type { Surroundings } from '../surroundings.ts';
import type { WebApprovals } from '../web-approvals.ts';

/** Milliseconds in which a server has to say what lies at an address. */
const PATIENCE = 60_000;
const WHERE_DRIVERS_ARE = 'https://fedorapeople.org/groups/virt/virtio-win/direct-downloads/stable-virtio/virtio-win.iso';

export function mediaHandlers(
  surroundings: Pick<Surroundings, 'media' | 'files' | 'chooseFile'>,
  tokens: MediaTokens,
  approvals: WebApprovals,
  recent: RecentMedia,
): Handlers<AppContract>['media'] {
  const { media: sources, files } = surroundings;

  async function choose<T extends object>(window: number, what: SourceFile, look: (file: LocalFile) => Promise<T>) {
    const file = await surroundings.chooseFile(window, what);
    if (file === null) return null;
    const found = await look(file);
    return { token: tokens.issue(window, file), ...found };
  }
  async function onTheWeb<T>(window: number, url: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    await approvals.require(window, url);
    return ask(AbortSignal.timeout(PATIENCE));
  }

  return {
    choose: async (_, { window }) => choose(window, 'iso', async (file) => ({ media: await sources.read(file) })),
    chooseDisk: async (_, { window }) => choose(window, 'disk', async (file) => sources.inspectDisk(file)),
    chooseAppliance: async (_, { window }) =>
      choose(window, 'appliance', async (file) => ({ appliance: await sources.inspectAppliance(file) })),
    chooseRoot: async ({ what }, { window }) => choose(window, `root-${what}`, async ({ path }) => ({ name: nameOf(path) })),

    recent: async () => recent.list(),
    chooseRecent: async ({ id }, { window }) => recent.choose(window, id),
    forgetRecent: async ({ id }) => recent.forget(id),
    clearRecent: async (_, { window }) => recent.clear(window),

    systems: async (wish) => sources.searchSystems(wish),
    system: async ({ id }) => sources.describeSystem(id),
    catalogue: async (wish) => sources.searchCatalogue(wish),
    remoteFile: async ({ url }, { window }) => onTheWeb(window, url, (signal) => sources.describeRemoteFile(url, signal)),
    publishedChecksum: async ({ url }, { window }) => onTheWeb(window, url, (signal) => sources.findPublishedChecksum(url, signal)),
    readChecksum: async ({ text }) => checksumOf(text),
    recognise: async ({ url }, { window }) => onTheWeb(window, url, (signal) => sources.recognise(url, signal)),

    sshKeys: async () => sources.sshKeys(),
    makeSshKey: async (_, { window }) => {
      const to = await files.chooseSave(window, 'id_ed25519_guests');
      return to === null ? null : sources.makeSshKey(to);
    },
    hashPassword: async ({ password }) => ({ hash: await sources.hashPassword(password) }),
    cloudInitPreview: async ({ cloudInit }) => sources.previewCloudInit(cloudInit),
    installScripts: async ({ os }) => (await sources.describeSystem(os))?.scripts ?? [],
    driverDisc: async () => {
      const disc = await sources.findDriverDisc();
      return { name: disc === null ? null : nameOf(disc.path), whereToGet: WHERE_DRIVERS_ARE };
    },
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
