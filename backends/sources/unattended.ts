import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { InstallScript, UnattendedWish } from '#model/unattended';
import { BackendError } from '../errors.ts';
import { AUTOINSTALL } from '../osinfo-facts.ts';
import type { Disc } from './disc.ts';
import { hashPassword } from './password-hash.ts';
import { runTool, type Tool } from './run-tool.ts';

/** The answers as files, and what the installer's kernel is told to find them. */
export interface AnswerFiles {
  readonly kind: InstallScript['kind'];
  readonly files: Readonly<Record<string, string>>;
}

// The scripts of osinfo-db are XSLT, for which nothing but libxslt comes into question; libosinfo's own tool runs it.
const installScript: Tool = {
  command: 'osinfo-install-script',
  purpose: 'Writing the answers for the installer',
  package: 'libosinfo (libosinfo-bin)',
};

/**
 * Writes the answers by the script of osinfo-db. `script` as osinfo-db names it, and `from` where the installer gets its packages. In `folder`, a
 * private one, nothing stays behind. Rejects with 'unsupported' where the tool or the script is missing, 'bad-input' for what no script can take.
 */
export async function writeAnswers(
  wish: UnattendedWish,
  script: InstallScript,
  from: 'media' | 'network',
  folder: string,
): Promise<AnswerFiles> {
  if (script.id === AUTOINSTALL) return { kind: 'autoinstall', files: await autoinstall(wish) };
  assertQuotable(wish, script);
  const output = join(folder, 'answers');
  const config = join(folder, 'answers.conf');
  await mkdir(output, { mode: 0o700 });
  try {
    // Passwords go by a file: everybody sees the arguments of a program.
    await writeFile(config, keyFile(wish), { mode: 0o600, flag: 'wx' });
    const args = ['--quiet', '--profile', script.profile, '--installation-source', from, '--config-file', config, '--output-dir', output];
    await runTool(installScript, [...args, wish.os]);
    const files: Record<string, string> = {};
    for (const name of await readdir(output))
      files[script.kind === 'kickstart' ? 'ks.cfg' : name] = mended(script, await readFile(join(output, name), 'utf8'));
    if (Object.keys(files).length === 0) throw none();
    return { kind: script.kind, files };
  } finally {
    await rm(config, { force: true });
    await rm(output, { recursive: true, force: true });
  }
}

/**
 * osinfo-db's scripts for Debian leave out of what type the name of the user is (at least until its release of 2022-12-03): the installer would
 * take the name for the type, and stop to ask for a name.
 */
function mended({ kind }: InstallScript, text: string): string {
  return kind === 'preseed' ? text.replaceAll(/^(d-i passwd\/username) (\S+)$/gm, '$1 string $2') : text;
}

/** The disc on which the installer looks for them by itself; null for those that look nowhere (preseed). */
export function answersDisc({ kind, files }: AnswerFiles): Disc | null {
  if (kind === 'preseed') return null;
  if (kind === 'autoinstall') return { label: 'cidata', files };
  // Anaconda and linuxrc look for this label; Windows' setup looks on every disc.
  return { label: kind === 'answer-file' ? 'ANSWERS' : 'OEMDRV', files };
}

/** What the kernel is told when the files are at the root of its first file system. */
export function answersInInitrd({ kind }: AnswerFiles): string {
  if (kind === 'kickstart') return 'inst.ks=file:/ks.cfg';
  // Debian's installer takes /preseed.cfg by itself; "auto" keeps it from asking what comes before (Installation Guide, B.2).
  if (kind === 'preseed') return 'auto=true priority=critical';
  if (kind === 'autoyast') return 'autoyast=file:///autoinst.xml';
  throw new BackendError('unsupported', 'This system takes its answers from a disc only.', { remedy: 'Install it from an ISO image.' });
}

/** GLib's key file: backslashes begin escapes, and blanks at the beginning are dropped. */
function keyFile({ hostname, user, rootPassword, language, keyboard, timezone, productKey }: UnattendedWish): string {
  const values: Record<string, string | null> = {
    hostname,
    'user-login': user.name,
    'user-realname': user.fullName === '' ? user.name : user.fullName,
    'user-password': user.password,
    'admin-password': rootPassword ?? user.password,
    'l10n-language': language,
    'l10n-keyboard': keyboard,
    'l10n-timezone': timezone,
    'reg-product-key': productKey ?? '',
    'hardware-arch': 'x86_64',
  };
  const lines = Object.entries(values).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${value.replaceAll('\\', '\\\\').replace(/^ +/, (blanks) => '\\s'.repeat(blanks.length))}`],
  );
  return `[install-script]\n${lines.join('\n')}\n`;
}

/** The scripts put words between quotes of a shell, as they come: what would end them would be run. */
function assertQuotable({ user, rootPassword }: UnattendedWish, { kind }: InstallScript): void {
  if (kind === 'answer-file' || kind === 'autoyast') return;
  if (![user.fullName, user.password, rootPassword ?? ''].some((text) => /['\\`$]/.test(text))) return;
  throw new BackendError('bad-input', 'The name or a password has a character that this system’s script cannot take.', {
    reason: "It is one of ' \\ ` $.",
    remedy: 'Choose another one for the installation; it can be changed afterwards.',
  });
}

/** Ubuntu's server installer ("Autoinstall configuration reference manual"). Packages and disks as it would propose them. */
async function autoinstall({ hostname, user, language, keyboard, timezone }: UnattendedWish): Promise<Record<string, string>> {
  const document = {
    autoinstall: {
      version: 1,
      locale: `${language}.UTF-8`,
      keyboard: { layout: keyboard },
      timezone,
      identity: { hostname, username: user.name, realname: user.fullName, password: await hashPassword(user.password) },
    },
  };
  return { 'user-data': `#cloud-config\n${stringify(document, { version: '1.1' })}`, 'meta-data': '' };
}

const none = (): BackendError =>
  new BackendError('unsupported', 'osinfo-db has no script that installs this system without questions.', {
    remedy: 'Install it by hand, or install a newer osinfo-db.',
  });
