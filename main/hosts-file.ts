import { z } from 'zod';
import { Host, type SavedHost } from '#model/host';
import type { HostAddress } from '#model/host-address';
import { uriOf } from './host-uri.ts';
import { openKeptFile } from './kept-file.ts';

const HostsFile = z.object({ version: z.literal(1), hosts: z.array(z.record(z.string(), z.unknown())) });
const KnownHost = z.object({
  id: Host.shape.id,
  name: Host.shape.name,
  address: Host.shape.address,
  autoconnect: Host.shape.autoconnect,
  // Files of the first releases do not say.
  readOnly: Host.shape.readOnly.default(false),
});

const LOCAL = 'local';
const thisComputer: SavedHost = savedHost({
  id: LOCAL,
  name: 'This computer',
  address: { road: 'local', driver: 'qemu', scope: 'system' },
  autoconnect: true,
  readOnly: false,
});

/** One host as the file has it: keys and whole hosts of a later release are carried along. */
interface Entry {
  readonly raw: Readonly<Record<string, unknown>>;
  /** Null: only a later release understands it. */
  readonly host: SavedHost | null;
}

export interface HostsStore {
  /** In the order in which they were added. */
  read(): Promise<readonly SavedHost[]>;
  /** All of them, as they are now. Rejects with 'permission', 'no-space' or 'internal'; then nothing has changed. */
  write(hosts: readonly SavedHost[]): Promise<void>;
}

interface HostsOptions {
  readonly file: string;
  /** Where "This computer" is to be found instead, in this run only: for development and tests. */
  readonly localUri: string | undefined;
  log(line: string): void;
}

/** The hosts that the person added. Before there is a file, the one that everybody has. */
export function openHosts({ file, localUri, log }: HostsOptions): HostsStore {
  const kept = openKeptFile<readonly Entry[]>({
    file,
    parse: (content) => {
      const seen = new Set<string>();
      return HostsFile.parse(content).hosts.map((raw) => entryOf(raw, seen, log));
    },
    format: (entries) => ({ version: 1, hosts: entries.map(({ raw, host }) => (host === null ? raw : { ...raw, ...keptOf(host) })) }),
    otherwise: [{ raw: {}, host: thisComputer }],
    notSaved: 'The hosts could not be saved.',
    log,
  });
  const elsewhere: { uri: string; address: HostAddress } | null =
    localUri === undefined ? null : { uri: localUri, address: { road: 'uri', uri: localUri } };

  return {
    async read() {
      const hosts = (await kept.read()).flatMap(({ host }) => (host === null ? [] : [host]));
      return hosts.map((host) => (host.id === LOCAL && elsewhere !== null ? { ...host, ...elsewhere } : host));
    },
    async write(hosts) {
      await kept.change((before) => {
        const known = new Map(before.map((entry) => [entry.host?.id, entry]));
        const now = hosts.map((host): Entry => {
          const earlier = known.get(host.id);
          const moved = host.id === LOCAL && host.uri === elsewhere?.uri && earlier?.host;
          return {
            raw: earlier?.raw ?? {},
            host: moved ? { ...moved, name: host.name, autoconnect: host.autoconnect, readOnly: host.readOnly } : host,
          };
        });
        return [...now, ...before.filter(({ host }) => host === null)];
      });
    },
  };
}

/** An id that was seen already is another program's mistake: the host cannot be named, and is not thrown away either. */
function entryOf(raw: Readonly<Record<string, unknown>>, seen: Set<string>, log: (line: string) => void): Entry {
  const { data, error } = KnownHost.safeParse(raw);
  const known = data !== undefined && !seen.has(data.id);
  if (known) {
    seen.add(data.id);
    return { raw, host: savedHost(data) };
  }
  log(
    `Passed over a saved host: ${error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? 'its id is there twice'}`,
  );
  return { raw, host: null };
}

function savedHost(host: Omit<SavedHost, 'uri'>): SavedHost {
  return { ...host, uri: uriOf(host.address) };
}

function keptOf({ id, name, address, autoconnect, readOnly }: SavedHost): Omit<SavedHost, 'uri'> {
  return { id, name, address, autoconnect, readOnly };
}
