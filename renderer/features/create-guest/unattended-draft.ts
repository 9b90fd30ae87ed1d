import { HostName } from '#model/cloud-init';
import type { GuestSourceKind } from '#model/guest-source';
import type { SystemFacts } from '#model/system-facts';
import { type InstallScript, UnattendedWish } from '#model/unattended';

/**
 * What an installer is to be answered, as typed. Its password stands in clear, since installers want it so: it is kept in this window's memory
 * alone, and goes with the wizard.
 */
export interface UnattendedDraft {
  readonly wanted: boolean;
  /** Null: the first that the system has. */
  readonly script: string | null;
  readonly user: string;
  readonly fullName: string;
  readonly password: string;
  readonly again: string;
  readonly language: string;
  readonly keyboard: string;
  readonly timezone: string;
  readonly productKey: string;
}

export const emptyUnattended: UnattendedDraft = {
  wanted: false,
  script: null,
  user: '',
  fullName: '',
  password: '',
  again: '',
  language: ofDesktop(),
  keyboard: 'us',
  timezone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  productKey: '',
};

/** The desktop's language, as installers name it: en_US. */
function ofDesktop(): string {
  const { language, region } = new Intl.Locale(new Intl.DateTimeFormat().resolvedOptions().locale);
  return region === undefined ? language : `${language}_${region}`;
}

/** Roads that have no place for these: a preseed file is read from the initrd, to which we add in a tree alone; others only from a disc. */
const roadOf: Readonly<Partial<Record<InstallScript['kind'], GuestSourceKind>>> = {
  preseed: 'tree',
  autoinstall: 'iso',
  'answer-file': 'iso',
};

/** The scripts that work on this road. */
export function scriptsFor(facts: SystemFacts | null, kind: GuestSourceKind): readonly InstallScript[] {
  if (kind !== 'iso' && kind !== 'tree') return [];
  return (facts?.scripts ?? []).filter(({ kind: script }) => (roadOf[script] ?? kind) === kind);
}

/** `name`: of the guest. Null where none is wanted, or something of it is not right. */
export function unattendedOf(
  draft: UnattendedDraft,
  facts: SystemFacts | null,
  kind: GuestSourceKind,
  name: string,
): UnattendedWish | null {
  const scripts = scriptsFor(facts, kind);
  const script = scripts.find(({ id }) => id === draft.script) ?? scripts[0];
  if (!draft.wanted || facts === null || script === undefined || draft.password !== draft.again) return null;
  const wish = UnattendedWish.safeParse({
    os: facts.summary.id,
    script: script.id,
    hostname: HostName.safeParse(name).success ? name : 'guest',
    user: { name: draft.user, fullName: draft.fullName === '' ? draft.user : draft.fullName, password: draft.password },
    rootPassword: null,
    language: draft.language,
    keyboard: draft.keyboard,
    timezone: draft.timezone,
    productKey: draft.productKey.trim() === '' ? null : draft.productKey.trim().toUpperCase(),
  });
  return wish.success ? wish.data : null;
}

/** What is wrong with it; null where nothing is, or where it is not wanted. */
export function unattendedProblem(draft: UnattendedDraft, facts: SystemFacts | null, kind: GuestSourceKind): string | null {
  if (!draft.wanted || scriptsFor(facts, kind).length === 0) return null;
  if (draft.user === '' || draft.password === '') return 'The installer asks for a user and a password.';
  if (draft.password !== draft.again) return 'The two passwords are not the same.';
  return unattendedOf(draft, facts, kind, 'guest') === null ? 'One of the answers is none that the installer takes.' : null;
}
