import { BackendError } from '../../../errors.ts';
import type { TunnelTarget } from '../route.ts';
import type { LibvirtUri } from '../uri.ts';

/** A dead link is noticed within 24 s, and a dead address within 15. */
const ALIVE_INTERVAL_S = 8;
const ALIVE_COUNT = 3;
const CONNECT_TIMEOUT_S = 15;

/** Of what may stand for a host in ssh's configuration; a URI's brackets are gone already. */
const HOST = /^[^-\s\p{Cc}'"`$\\;&<>|(){}/@][^\s\p{Cc}'"`$\\;&<>|(){}/@]*$/u;
const USER = /^[^-\s\p{Cc}'"`$;&<>|(){}:@\\%](?:[^\s\p{Cc}'"`$;&<>|(){}%]*[^\s\p{Cc}'"`$;&<>|(){}%\\])?$/u;

/** Throws BackendError for a URI that ssh must not or cannot be started for: 'bad-uri', 'insecure'. */
export function checkSshUri(uri: LibvirtUri): string {
  const { host, user, parameters } = uri;
  const badUri = (why: string) => new BackendError('bad-uri', `${JSON.stringify(uri.text)}: ${why}.`);
  if (host === null) throw badUri('a connection over ssh needs a host');
  if (!HOST.test(host)) throw badUri(`${JSON.stringify(host)} is no host`);
  // ssh's configuration may put the name into a command ("%r"): what OpenSSH itself refuses since 10.1 is refused here with any version.
  if (user !== null && !USER.test(user)) throw badUri(`${JSON.stringify(user)} is no user`);
  if (parameters.has('command')) throw badUri('a connection must not start a program of its own choice');
  const keyFile = parameters.get('keyfile');
  // "${…}" is taken from the environment by ssh, and there is no way to write it plainly.
  if (keyFile !== undefined && (keyFile === '' || keyFile.startsWith('-') || /\p{Cc}|\$\{/u.test(keyFile))) {
    throw badUri(`${JSON.stringify(keyFile)} is no key file`);
  }
  if (isOn(parameters.get('no_verify')) || parameters.get('known_hosts_verify') === 'ignore') {
    throw new BackendError('insecure', 'This address says that the host’s key shall not be checked. Anybody could then be that host.', {
      reason: uri.text,
      remedy: 'Take "no_verify" and "known_hosts_verify" out of the address. An unknown key is shown to you once, and remembered.',
    });
  }
  return host;
}

/**
 * The one connection to the host, over which all else goes: it logs in, and listens at `control` for the others. What ~/.ssh/config says of
 * the way there holds (ProxyJump, UserKnownHostsFile, HostName …); what would make it something else than that connection does not.
 */
export function masterArguments(uri: LibvirtUri, control: string): string[] {
  const host = checkSshUri(uri);
  const keyFile = uri.parameters.get('keyfile');
  const words = ['-M', '-N', '-T', '-a', '-x', '-e', 'none', '-S', withoutTokens(control)];
  if (uri.port !== null) words.push('-p', String(uri.port));
  if (uri.user !== null) words.push('-l', uri.user);
  // Without IdentitiesOnly every key of the agent is tried before the one that was named, and sshd hangs up after six.
  if (keyFile !== undefined) words.push('-i', withoutTokens(keyFile), ...option('IdentitiesOnly', 'yes'));
  if (isOn(uri.parameters.get('no_tty'))) words.push(...option('BatchMode', 'yes'));
  return [
    ...words,
    ...option('ControlPersist', 'no'),
    // "no" in a configuration would go on with a changed key.
    ...option('StrictHostKeyChecking', 'ask'),
    ...option('ConnectTimeout', String(CONNECT_TIMEOUT_S)),
    ...option('ServerAliveInterval', String(ALIVE_INTERVAL_S)),
    ...option('ServerAliveCountMax', String(ALIVE_COUNT)),
    ...option('ClearAllForwardings', 'yes'),
    ...option('RemoteCommand', 'none'),
    // What a failure is recognised by; "QUIET" in a configuration would hide it.
    ...option('LogLevel', 'INFO'),
    '--',
    host,
  ];
}

/**
 * For those that only talk to the master. They read no configuration, and where there is no master any more, or it refuses, they must not
 * connect by themselves, as ssh would: its way there is one that fails.
 */
function guestArguments(control: string): string[] {
  const words = ['-F', 'none', '-S', withoutTokens(control), '-T', '-e', 'none'];
  return [
    ...words,
    ...option('ControlMaster', 'no'),
    ...option('BatchMode', 'yes'),
    ...option('ProxyCommand', 'false'),
    ...option('LogLevel', 'INFO'),
  ];
}

export function sessionArguments(uri: LibvirtUri, control: string, command: string): string[] {
  return [...guestArguments(control), '--', checkSshUri(uri), command];
}

/**
 * Has the master listen at `socket`, which is ours, for a listener of the host, or stop that again. -O forward rather than -W: it works for unix
 * sockets too, and needs no process while bytes flow.
 */
export function forwardArguments(
  uri: LibvirtUri,
  control: string,
  forward: { verb: 'forward' | 'cancel'; socket: string; target: TunnelTarget },
): string[] {
  const { verb, socket, target } = forward;
  return [...guestArguments(control), '-O', verb, '-L', `${path(socket)}:${listener(target)}`, '--', checkSshUri(uri)];
}

function listener(target: TunnelTarget): string {
  if (target.kind === 'unix') return path(target.path);
  if (!HOST.test(target.host)) throw new BackendError('bad-input', `${JSON.stringify(target.host)} is no address of a listener.`);
  return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

function path(text: string): string {
  // ssh would fill "${…}" in from this computer's environment and send it to the host, whose guests name these paths.
  if (!text.startsWith('/') || /\p{Cc}|\$\{/u.test(text))
    throw new BackendError('bad-input', `${JSON.stringify(text)} is no path of a listener.`);
  return withoutTokens(text).replaceAll(/[\\:]/g, '\\$&');
}

const option = (name: string, value: string): string[] => ['-o', `${name}=${value}`];

const isOn = (value: string | undefined) => value !== undefined && value !== '0';

/** ssh replaces "%h" and the like in paths. */
const withoutTokens = (path: string) => path.replaceAll('%', '%%');
