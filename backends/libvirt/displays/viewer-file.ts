import { BackendError } from '../../errors.ts';
import { isLoopback } from '../transport/loopback.ts';
import type { Route, TunnelTarget } from '../transport/route.ts';
import { shellWord } from '../transport/ssh/shell-words.ts';
import type { Display } from './display-definition.ts';

export interface ViewerFileFacts {
  readonly route: Pick<Route, 'local' | 'host' | 'displays'>;
  /** The host's address as libvirt's own programs take it. */
  readonly address: string;
  readonly guest: string;
  readonly display: Display;
  /** Null where it has none, or the host does not tell. */
  readonly password: string | null;
  /** The certificate of the authority that vouches for the display, as PEM; for what is reached over TLS. */
  readonly ca: string | null;
}

/**
 * The text of a .vv file: remote-viewer(1), "CONNECTION FILE", in the syntax of GLib's key files. Throws 'unsupported' where remote-viewer has
 * no way to the display: what Guesthouse reaches through its own login by ssh, no other program does.
 */
export function viewerFile(facts: ViewerFileFacts): string {
  const { display, guest, password, ca } = facts;
  const lines: [key: string, value: string | number | null][] = [
    ['type', display.kind],
    ...reach(facts),
    ['password', password],
    ['ca', display.tls === null ? null : ca],
    ['title', guest],
    ['delete-this-file', 1],
  ];
  const text = lines.flatMap(([key, value]) => (value === null ? [] : [`${key}=${escaped(String(value))}`]));
  return ['[virt-viewer]', ...text, ''].join('\n');
}

function reach(facts: ViewerFileFacts): [string, string | number | null][] {
  const { route, display } = facts;
  // A name of this computer may be the near end of a tunnel.
  if (!route.local) return reachElsewhere(facts, route.host ?? 'another computer');
  const target = display.plain ?? display.tls;
  // Only its SPICE half takes a path.
  if (target?.kind === 'unix' && display.kind === 'spice') return [['unix-path', target.path]];
  if (target?.kind !== 'tcp') throw unreachable(facts, 'The display listens on a unix socket.');
  return [['host', wildcards.get(target.host) ?? target.host], ...ports(display.plain, display.tls)];
}

/** In the clear everybody could watch, and a tunnel of ours is nobody else's. */
function reachElsewhere(facts: ViewerFileFacts, host: string): [string, string | number | null][] {
  const { tls } = facts.display;
  const open = facts.route.displays === 'certified' && tls?.kind === 'tcp' && !isLoopback(tls.host);
  if (!open) throw unreachable(facts, `It is on ${host}, and not open to other programs of this computer.`);
  return [['host', wildcards.has(tls.host) ? host : tls.host], ...ports(null, tls)];
}

const wildcards: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

const ports = (plain: TunnelTarget | null, tls: TunnelTarget | null): [string, number | null][] => [
  ['port', portOf(plain)],
  ['tls-port', portOf(tls)],
];

function unreachable({ address, guest }: ViewerFileFacts, reason: string): BackendError {
  return new BackendError('unsupported', 'remote-viewer cannot reach this display.', {
    reason,
    remedy: `Run virt-viewer, which connects to the host by itself: virt-viewer -c ${shellWord(address)} ${shellWord(guest)}`,
  });
}

const portOf = (target: TunnelTarget | null): number | null => (target?.kind === 'tcp' ? target.port : null);

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** As g_key_file_set_string writes: the first blank would otherwise be lost, and a line end would begin another key. */
function escaped(value: string): string {
  return value.replaceAll(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? '').replace(/^ +/, (blanks) => '\\s'.repeat(blanks.length));
}
