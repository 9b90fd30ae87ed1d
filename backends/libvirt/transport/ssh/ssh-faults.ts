import { BackendError } from '../../../errors.ts';
import type { FaultCode } from '#model/fault';
import type { TunnelTarget } from '../route.ts';
import { NO_HELPER_NO_NETCAT } from './remote-command.ts';
import { shellWord } from './shell-words.ts';

type Explain = (found: RegExpMatchArray, host: string) => { code: FaultCode; message: string; remedy: string };

/** A line of what ssh writes in the locale C, and what it means. The first that is found counts, so the more particular come first. */
type Row = readonly [RegExp, Explain];

const LOGIN: readonly Row[] = [
  [
    /WARNING: REVOKED HOST KEY DETECTED/,
    (_, host) => ({
      code: 'untrusted',
      message: `The key that ${host} shows has been revoked: whoever answers may not be that host.`,
      remedy: 'Do not go on before the owner of the host has told you what happened.',
    }),
  ],
  [
    /No \S+ host key is known for|Host key verification failed/,
    (_, host) => ({
      code: 'untrusted',
      message: `The key of ${host} is not known, and nobody was asked whether to trust it.`,
      remedy: 'Connect again and compare the fingerprint that is shown with the one that the owner of the host has.',
    }),
  ],
  [
    /Could not resolve hostname (\S+?):/,
    (found) => ({
      code: 'unreachable',
      message: `There is no host by the name ${found[1]}.`,
      remedy: 'Check the name in the connection’s address, and that this computer is in the right network.',
    }),
  ],
  [
    /connect to (?:host|address) (\S+) port (\d+): Connection refused/,
    (found) => ({
      code: 'unreachable',
      message: `${found[1]} has no ssh server at port ${found[2]}.`,
      remedy: 'Start it there with "systemctl enable --now sshd", or correct the port in the connection’s address.',
    }),
  ],
  [
    /(?:Connection|Operation) timed out|[Cc]onnection to \S+ port \d+ timed out/,
    (_, host) => ({
      code: 'unreachable',
      message: `${host} does not answer.`,
      remedy: 'Check that it is switched on, and that no firewall is in the way.',
    }),
  ],
  [
    /No route to host|(?:Network|Host) is unreachable|Network is down/,
    (_, host) => ({
      code: 'unreachable',
      message: `There is no way to ${host} from here.`,
      remedy: 'Check your network, and whether it needs a VPN.',
    }),
  ],
  [
    /Too many authentication failures/,
    (_, host) => ({
      code: 'auth-failed',
      message: `${host} hung up after too many attempts to log in.`,
      remedy: 'Name the key file in the connection, so that not every key of your agent is tried.',
    }),
  ],
  [
    /Permission denied \(([^)]+)\)/,
    (found, host) => ({
      code: 'auth-failed',
      message: `${host} did not let you in. It takes: ${found[1]?.replaceAll(',', ', ')}.`,
      remedy: 'Check the user’s name. A key has to be in the host’s authorized_keys ("ssh-copy-id"), or name its file in the connection.',
    }),
  ],
  [
    /Unable to negotiate with .*: no matching (.+?) found/,
    (found, host) => ({
      code: 'unsupported',
      message: `${host} and this computer’s ssh have no ${found[1]} in common.`,
      remedy: 'Update the ssh server of the host.',
    }),
  ],
  [
    /Bad configuration option|terminating, \d+ bad configuration|Bad owner or permissions on|no argument after keyword/,
    () => ({
      code: 'unreachable',
      message: 'ssh does not start with your configuration as it is.',
      remedy: 'Mend the named file, usually ~/.ssh/config.',
    }),
  ],
  [
    /kex_exchange_identification|banner exchange|Connection (?:closed|reset) by/,
    (_, host) => ({
      code: 'unreachable',
      message: `${host} closed the connection before anybody could log in.`,
      remedy: 'Check that an ssh server listens at this port; it may also have too many clients.',
    }),
  ],
];

const HELPERS =
  'Install libvirt there: "dnf install libvirt-daemon" on Fedora (it brings virt-ssh-helper), "apt install libvirt-daemon-system netcat-openbsd" on Debian.';

const COMMAND: readonly Row[] = [
  [
    /[Ss]ession open refused|session request failed|open failed: administratively prohibited/,
    (_, host) => ({
      code: 'busy',
      message: `${host} allows no more sessions over its one ssh connection.`,
      remedy: 'Raise MaxSessions in the host’s sshd_config, or close consoles and screens of its guests.',
    }),
  ],
  [
    new RegExp(NO_HELPER_NO_NETCAT),
    (_, host) => ({
      code: 'daemon-missing',
      message: `${host} has neither virt-ssh-helper nor netcat, one of which is needed.`,
      remedy: HELPERS,
    }),
  ],
  [
    /command not found|: not found|[Uu]nknown command/,
    (_, host) => ({ code: 'daemon-missing', message: `${host} has no program that leads to its libvirt daemon.`, remedy: HELPERS }),
  ],
  [
    /invalid option -- '?U/,
    (_, host) => ({ code: 'daemon-missing', message: `The netcat of ${host} knows no unix sockets.`, remedy: HELPERS }),
  ],
  [
    /Permission denied|Operation not permitted|EACCES/,
    (_, host) => ({
      code: 'permission',
      message: `You may not use the libvirt daemon of ${host}.`,
      remedy: 'Join its group there, usually with "usermod -a -G libvirt" and your name, or connect as root.',
    }),
  ],
  [
    /No such file or directory|Connection refused/,
    (_, host) => ({
      code: 'daemon-missing',
      message: `No libvirt daemon is running on ${host}.`,
      remedy: 'Start it there, for example with "systemctl enable --now virtqemud.socket" or "… libvirtd.socket".',
    }),
  ],
  [
    /(?:not currently|currently not) available|nologin/i,
    (_, host) => ({
      code: 'permission',
      message: `This account may not run programs on ${host}.`,
      remedy: 'Connect as a user who may.',
    }),
  ],
];

/** Why the ssh that logs in ended. `stderr` is what it wrote. */
export function loginFault(host: string, stderr: string): BackendError {
  return (
    explain(LOGIN, host, stderr) ??
    new BackendError('unreachable', `The ssh connection to ${host} could not be made.`, {
      reason: lastLine(stderr),
      remedy: `Try "ssh ${host}" in a terminal.`,
    })
  );
}

/** Why a command on the host ended before the daemon said anything. `exitCode` null: by a signal. */
export function commandFault(host: string, exitCode: number | null, stderr: string): BackendError {
  const known = explain(COMMAND, host, stderr);
  if (known !== null) return known;
  return new BackendError('connection-lost', `The way to the libvirt daemon of ${host} ended before it answered.`, {
    reason: lastLine(stderr) ?? `The command on the host ended with ${exitCode ?? 'a signal'}.`,
    remedy: 'Check that libvirt is installed and running there.',
  });
}

/** Why a listener of the host was not reached. */
export function tunnelFault(target: TunnelTarget, reason: string): BackendError {
  const where = target.kind === 'unix' ? target.path : `${target.host}, port ${target.port}`;
  const line = lastLine(reason);
  if (/administratively prohibited|forwarding (?:request )?(?:failed|refused)/i.test(reason)) {
    return new BackendError('permission', `The host’s ssh server does not let anybody through to ${where}.`, {
      reason: line,
      remedy: 'Allow it in its sshd_config: AllowTcpForwarding and AllowStreamLocalForwarding.',
    });
  }
  return new BackendError('connection-lost', `Nothing answers on the host at ${where}.`, { reason: line, remedy: 'Try again.' });
}

/** Packets begin with their length, of at most 32 MiB: no text begins so. Null for what may be a packet. */
export function textBeforeDaemon(host: string, first: Uint8Array): BackendError | null {
  if ((first[0] ?? 0) <= 2) return null;
  const text = Buffer.from(first.subarray(0, 300))
    .toString('utf8')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
  return new BackendError('protocol', `${host} prints text where libvirt should answer.`, {
    reason: `It says: ${text}`,
    remedy: 'Some login script there, such as ~/.bashrc, prints it. Have it do so in interactive shells only.',
  });
}

/** A connection that had worked. */
export function lostFault(host: string, stderr: string): BackendError {
  return new BackendError('connection-lost', `The ssh connection to ${host} has ended.`, { reason: lastLine(stderr) });
}

export interface ChangedKey {
  /** As the known hosts have it: "[host]:port" where the port is not the usual one. */
  readonly name: string;
  readonly keyType: string;
  readonly fingerprint: string;
  /** Where the key that was known before stands. */
  readonly file: string | null;
  readonly line: number | null;
}

const CUT_OFF = /^(?:kex_exchange_identification: |banner exchange: |Connection (?:closed|reset) by UNKNOWN port )/;

/**
 * ssh's last word on it: with a jump host, that one's ssh says it, and the other only finds itself cut off. A host that has been let in can
 * write the same into its greeting, but then ssh has more to say.
 */
function refusedKey(stderr: string): boolean {
  const lines = stderr.trimEnd().split(/\r?\n/);
  return lines.filter((line) => !CUT_OFF.test(line)).at(-1) === 'Host key verification failed.';
}

/** What ssh tells of a host whose key is another than the known one; null if that is not what it says. */
export function changedKey(host: string, stderr: string): ChangedKey | null {
  if (!/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(stderr) || !refusedKey(stderr)) return null;
  const shown = /fingerprint for the (\S+) key sent by the remote host is\s+(\S+?)\.?\s/.exec(stderr);
  const known = /Offending (?:\S+ )?key in (.+):(\d+)\s/.exec(stderr);
  // ssh's own advice names the host as the file does; of a jump host, that one.
  const name = /ssh-keygen -f .+ -R ["']?([^"'\s]+)/.exec(stderr) ?? /Host key for (\S+) has changed/.exec(stderr);
  return {
    name: name?.[1] ?? host,
    keyType: shown?.[1] ?? '',
    fingerprint: shown?.[2] ?? '',
    file: known?.[1] ?? null,
    line: known?.[2] === undefined ? null : Number(known[2]),
  };
}

/** There is no button for this one: going on would make the check pointless. `known` is the fingerprint of before, where it can be read. */
export function changedKeyFault(changed: ChangedKey, known: string | null): BackendError {
  const { name } = changed;
  const place = changed.file === null ? 'your known hosts' : `${changed.file}, line ${changed.line}`;
  return new BackendError('untrusted', `The key of ${name} has changed. Somebody else may be answering in its place.`, {
    reason: `It now shows ${changed.keyType} ${changed.fingerprint}; ${place} has ${known ?? 'another one'}.`,
    remedy: `Ask the owner of the host whether it was installed anew. Only if so, forget the old key with: ssh-keygen -R ${shellWord(name)}`,
  });
}

function explain(rows: readonly Row[], host: string, stderr: string): BackendError | null {
  for (const [pattern, of] of rows) {
    const found = stderr.match(pattern);
    if (found === null) continue;
    const { code, message, remedy } = of(found, host);
    return new BackendError(code, message, { reason: lineOf(stderr, found.index ?? 0), remedy });
  }
  return null;
}

function lineOf(text: string, index: number): string {
  const start = text.lastIndexOf('\n', index) + 1;
  return (text.slice(start).split('\n')[0] ?? '').trim();
}

function lastLine(text: string): string | null {
  return text.trim().split('\n').at(-1)?.trim().slice(0, 500) || null;
}
