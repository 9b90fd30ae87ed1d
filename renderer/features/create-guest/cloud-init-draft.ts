import { CloudInit, HostName, PublicKey, UserName } from '#model/cloud-init';

/** What a cloud image is to be told, as typed. The password is a hash as soon as it has been typed twice. */
export interface CloudInitDraft {
  readonly user: string;
  readonly passwordHash: string | null;
  /** Lines of authorized_keys. */
  readonly keys: readonly string[];
  readonly hostname: string;
  /** Parted by spaces, commas or lines. */
  readonly packages: string;
  /** Null: none is wanted. */
  readonly own: string | null;
}

export const emptyCloudInit: CloudInitDraft = { user: '', passwordHash: null, keys: [], hostname: '', packages: '', own: null };

export type CloudInitProblems = Readonly<Partial<Record<'user' | 'keys' | 'hostname' | 'packages' | 'own', string>>>;

const packagesOf = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== '');

export function cloudInitProblems(draft: CloudInitDraft): CloudInitProblems {
  const problems: { -readonly [K in keyof CloudInitProblems]: CloudInitProblems[K] } = {};
  const { user, hostname } = draft;
  if (user !== '' && !UserName.safeParse(user).success) problems.user = UserName.safeParse(user).error?.issues[0]?.message ?? '';
  if (user === '' && (draft.passwordHash !== null || draft.keys.length > 0))
    problems.user = 'The password and the keys are for a user: name one.';
  if (hostname !== '' && !HostName.safeParse(hostname).success)
    problems.hostname = HostName.safeParse(hostname).error?.issues[0]?.message ?? '';
  const strange = packagesOf(draft.packages).find((name) => !CloudInit.shape.packages.safeParse([name]).success);
  if (strange !== undefined) problems.packages = `“${strange}” is no name of a package.`;
  if (draft.keys.some((key) => !PublicKey.safeParse(key).success)) problems.keys = 'One of the keys is none.';
  if ((draft.own?.length ?? 0) > 65_536) problems.own = 'At most 64 KiB.';
  return problems;
}

/** `name`: what the machine is called where nothing else was typed. Null while there are problems. */
export function cloudInitOf(draft: CloudInitDraft, name: string): CloudInit | null {
  const { user, passwordHash, keys, hostname, packages, own } = draft;
  const named = hostname === '' ? name : hostname;
  const parsed = CloudInit.safeParse({
    hostname: HostName.safeParse(named).success ? named : null,
    user: user === '' ? null : { name: user, passwordHash, keys },
    packages: packagesOf(packages),
    own: own?.trim() === '' ? null : own,
  });
  return parsed.success && Object.keys(cloudInitProblems(draft)).length === 0 ? parsed.data : null;
}
