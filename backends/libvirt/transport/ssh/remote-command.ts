import { BackendError } from '../../../errors.ts';
import type { LibvirtUri } from '../uri.ts';
import { shellWord } from './shell-words.ts';

/** What the remote command's own messages begin with, so that ssh-faults knows them from those of a login script. */
export const NO_HELPER_NO_NETCAT = 'guesthouse: neither virt-ssh-helper nor';

const SOCKETS = '/var/run/libvirt';

/**
 * What the host's login shell is given to run, one text: a program that joins its standard input and output with the daemon's socket. As
 * libvirt's own client (https://libvirt.org/uri.html#ssh-transport): virt-ssh-helper, which finds the right socket by itself and starts a
 * person's session daemon; where it is not installed, netcat on the socket of the driver's daemon or, where that is not there, libvirtd's.
 * Who only wants to look is led to the socket that lets everybody in. Throws 'bad-uri' for what can be no host's.
 */
export function remoteCommand(uri: LibvirtUri, readOnly = false): string {
  const netcat = checked(uri, 'netcat', uri.parameters.get('netcat') ?? 'nc');
  const proxy = proxyOf(uri);
  if (proxy === 'native') return helper(uri, readOnly);
  const script = `${proxy === 'auto' ? `if command -v virt-ssh-helper >/dev/null 2>&1; then exec ${helper(uri, readOnly)}; fi; ` : ''}${byNetcat(uri, netcat, readOnly)}`;
  // Two shells read it: the login shell, which need not be a POSIX one, and this sh.
  return `sh -c ${shellWord(script)}`;
}

function proxyOf(uri: LibvirtUri): 'auto' | 'native' | 'netcat' {
  const session = uri.path === '/session';
  const named = uri.parameters.has('socket');
  const usual = session ? 'native' : 'auto';
  const given = uri.parameters.get('proxy') ?? (named || uri.parameters.has('netcat') ? 'netcat' : usual);
  switch (given) {
    case 'native':
      if (!named) return given;
      throw badUri(uri, 'virt-ssh-helper chooses the socket by itself; leave out either "socket" or "proxy=native"');
    case 'auto':
    case 'netcat':
      if (named) return 'netcat';
      if (!session) return given;
      throw badUri(uri, 'a session is reached by virt-ssh-helper (proxy=native), or with its socket named (socket=…)');
    default:
      throw badUri(uri, `proxy is auto, native or netcat, not ${JSON.stringify(given)}`);
  }
}

function helper(uri: LibvirtUri, readOnly: boolean): string {
  const given = checked(uri, 'name', uri.name || `${uri.driver}://${uri.path}`);
  const mode = uri.parameters.get('mode');
  const name = mode === undefined ? given : `${given}${given.includes('?') ? '&' : '?'}mode=${encodeURIComponent(mode)}`;
  return `virt-ssh-helper ${readOnly ? '-r ' : ''}${shellWord(name)}`;
}

/** Netcats that stay when their input ends, as Debian's do, know -q and ask for its argument. */
function byNetcat(uri: LibvirtUri, program: string, readOnly: boolean): string {
  const netcat = shellWord(program);
  const [first, second] = socketsOf(uri, readOnly).map(shellWord);
  return [
    `command -v ${netcat} >/dev/null 2>&1 || { echo ${shellWord(`${NO_HELPER_NO_NETCAT} ${program} is installed`)} >&2; exit 127; }`,
    `s=${first}`,
    ...(second === undefined ? [] : [`test -S "$s" || s=${second}`]),
    `if ${netcat} -q 2>&1 </dev/null | grep "requires an argument" >/dev/null; then exec ${netcat} -q0 -U "$s"; fi`,
    `exec ${netcat} -U "$s"`,
  ].join('; ');
}

function socketsOf(uri: LibvirtUri, readOnly: boolean): string[] {
  const given = uri.parameters.get('socket');
  if (given !== undefined) {
    if (!given.startsWith('/')) throw badUri(uri, 'its socket must be a whole path');
    return [checked(uri, 'socket', given)];
  }
  // Every daemon of libvirt has the driver "test".
  const direct = `${SOCKETS}/virt${uri.driver === 'test' ? 'qemu' : uri.driver}d-sock${readOnly ? '-ro' : ''}`;
  const legacy = `${SOCKETS}/libvirt-sock${readOnly ? '-ro' : ''}`;
  const mode = uri.parameters.get('mode') ?? 'auto';
  switch (mode) {
    case 'auto':
      return [direct, legacy];
    case 'direct':
      return [direct];
    case 'legacy':
      return [legacy];
    default:
      throw badUri(uri, `mode is auto, legacy or direct, not ${JSON.stringify(mode)}`);
  }
}

/** Quoting keeps a value one word; this keeps the word from being an option of the program that gets it. */
function checked(uri: LibvirtUri, what: string, value: string): string {
  if (value === '' || value.startsWith('-') || /\p{Cc}/u.test(value)) throw badUri(uri, `${JSON.stringify(value)} is no ${what}`);
  return value;
}

function badUri(uri: LibvirtUri, why: string): BackendError {
  return new BackendError('bad-uri', `${JSON.stringify(uri.text)}: ${why}.`);
}
