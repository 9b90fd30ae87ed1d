import type { Fault } from '#model/fault';
import { scopesOf, withKind, type ConnectionDraft } from './connection-draft.ts';

interface Change {
  readonly kind: 'change';
  readonly label: string;
  readonly draft: ConnectionDraft;
}

/** Something that may cure a failed attempt: another draft to try, or a file to choose first. */
export type Mend = Change | { readonly kind: 'choose'; readonly label: string; readonly what: 'ssh-key' | 'certificates' };

/** What the form can offer against `fault`. Trying again is always possible and not among them. */
export function mendsFor({ code }: Pick<Fault, 'code'>, draft: ConnectionDraft): readonly Mend[] {
  const { kind } = draft;
  switch (code) {
    case 'insecure':
      return kind === 'tcp' ? [overSsh(draft), overTls(draft)] : [];
    case 'permission':
    case 'daemon-missing':
      return kind === 'system' && scopesOf(draft.driver).includes('session') ? [inSession(draft)] : [];
    case 'bad-file':
    case 'untrusted':
    case 'bad-token':
      if (kind === 'tls') return [{ kind: 'choose', label: 'Choose a folder with certificates…', what: 'certificates' }];
      // Another host key is no matter of one's own key.
      return kind === 'ssh' && code !== 'untrusted' ? [chooseKey] : [];
    case 'auth-failed':
      return kind === 'ssh' ? [chooseKey] : [];
    default:
      return [];
  }
}

const chooseKey: Mend = { kind: 'choose', label: 'Choose a key…', what: 'ssh-key' };

export const overSsh = (draft: ConnectionDraft): Change => ({ kind: 'change', label: 'Use ssh instead', draft: withKind(draft, 'ssh') });
const overTls = (draft: ConnectionDraft): Change => ({ kind: 'change', label: 'Use TLS instead', draft: withKind(draft, 'tls') });
const inSession = (draft: ConnectionDraft): Change => ({
  kind: 'change',
  label: 'Use your own session instead',
  draft: withKind(draft, 'session'),
});
