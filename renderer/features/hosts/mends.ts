import type { Fault, FaultCode } from '#model/fault';
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
  switch (draft.kind) {
    case 'system':
      return [
        ...(code === 'permission' && !draft.readOnly ? [onlyLook(draft)] : []),
        ...(isShut.has(code) && scopesOf(draft.driver).includes('session') ? [inSession(draft)] : []),
      ];
    case 'ssh':
      // Another host key is no matter of one's own key.
      return isAboutKeys.has(code) ? [chooseKey] : [];
    case 'tls':
      return isAboutCertificates.has(code) ? [chooseCertificates] : [];
    case 'tcp':
      return code === 'insecure' ? [overSsh(draft), overTls(draft)] : [];
    case 'session':
    case 'uri':
      break;
  }
  return [];
}

const isShut: ReadonlySet<FaultCode> = new Set<FaultCode>(['permission', 'daemon-missing']);
const isAboutKeys: ReadonlySet<FaultCode> = new Set<FaultCode>(['auth-failed', 'bad-file', 'bad-token']);
const isAboutCertificates: ReadonlySet<FaultCode> = new Set<FaultCode>(['untrusted', 'bad-file', 'bad-token']);

const chooseKey: Mend = { kind: 'choose', label: 'Choose a key…', what: 'ssh-key' };
const chooseCertificates: Mend = { kind: 'choose', label: 'Choose a folder with certificates…', what: 'certificates' };

export const overSsh = (draft: ConnectionDraft): Change => ({ kind: 'change', label: 'Use ssh instead', draft: withKind(draft, 'ssh') });
const overTls = (draft: ConnectionDraft): Change => ({ kind: 'change', label: 'Use TLS instead', draft: withKind(draft, 'tls') });
const onlyLook = (draft: ConnectionDraft): Change => ({ kind: 'change', label: 'Only look', draft: { ...draft, readOnly: true } });
const inSession = (draft: ConnectionDraft): Change => ({
  kind: 'change',
  label: 'Use your own session instead',
  draft: withKind(draft, 'session'),
});
