import type { LoginAnswer, LoginQuestion } from '../../../login.ts';

/** What ssh says of a question by SSH_ASKPASS_PROMPT: nothing to answer, yes or no, or a text. */
export type PromptKind = 'none' | 'confirm' | 'text';

/** `said` is what ssh or the host wrote since the last question: "Permission denied, please try again." */
export interface Prompt {
  readonly kind: PromptKind;
  readonly text: string;
  readonly said: string;
  /** The same was asked before in this attempt. */
  readonly again: boolean;
}

/** Hosts write prompts as well: none may be so long that looking at it takes long. */
const LONGEST = 4000;

/** ssh's own questions begin with their words, and nothing that a host can write comes before them. */
const HOST_KEY = /^The authenticity of host '(?<host>[^']+?)(?: \([^()]*\))?' can't be established/;
const FINGERPRINT = /^(?<keyType>\S+) key fingerprint is:? (?<fingerprint>[A-Z0-9]+:[^\s.]+)/m;
/** What a host asks (keyboard-interactive), ssh marks so, since 8.5. */
const BY_HOST = /^\([^()\s]*@[^()\s]*\) /;

/** The question that a prompt of OpenSSH stands for; null for one that is answered with no, unasked. */
export function questionOf({ kind, text: whole, said, again }: Prompt): LoginQuestion | null {
  const text = whole.slice(-LONGEST);
  const prompt = plain(text);
  const inFull = [plain(withoutChatter(said)), prompt].filter(Boolean).join('\n');
  switch (kind) {
    case 'none':
      return { kind: 'notice', prompt };
    case 'confirm':
      // ssh itself asks in this way only whether to take over more keys of a host (UpdateHostKeys=ask), for which nobody waits.
      return null;
    case 'text':
      break;
  }
  const asked = HOST_KEY.exec(whole.slice(0, LONGEST))?.groups;
  const shown = FINGERPRINT.exec(whole.slice(0, LONGEST))?.groups;
  if (asked !== undefined && shown !== undefined) {
    return { kind: 'host-key', host: asked['host'] ?? '', keyType: shown['keyType'] ?? '', fingerprint: shown['fingerprint'] ?? '' };
  }
  // Any other yes or no would be answered by a text that was meant to be a secret.
  if (/\(yes\/no/.test(text)) return null;
  return { kind: 'secret', what: secretOf(text), prompt: inFull, again };
}

function secretOf(text: string): 'password' | 'passphrase' | 'code' | 'pin' | 'answer' {
  // Those two never leave this computer: a host that asks for one gets no help in looking as if they did not.
  if (!BY_HOST.test(text) && text.startsWith('Enter passphrase for ')) return 'passphrase';
  if (!BY_HOST.test(text) && text.startsWith('Enter PIN for ')) return 'pin';
  if (/\bcode\b|one-?time|\bOTP\b|\btoken\b|passcode/i.test(text)) return 'code';
  return /password/i.test(text) ? 'password' : 'answer';
}

/** What ssh is given for an answer; null if that was none. */
export function replyTo(question: LoginQuestion, answer: LoginAnswer): string | null {
  if (question.kind === 'host-key') return answer.kind === 'accepted' ? 'yes' : null;
  // ssh reads one line.
  if (question.kind === 'secret' && answer.kind === 'secret' && !/[\r\n\0]/.test(answer.secret)) return answer.secret;
  return null;
}

/** What ssh tells besides, of its own doings. */
const CHATTER = /^(?:Warning: Permanently added|Warning: Identity file|no such identity|Load key)/;
const withoutChatter = (said: string) =>
  said
    .split('\n')
    .filter((line) => !CHATTER.test(line))
    .slice(-10)
    .join('\n');

/** Prompts come from the host as well: no control characters, no flood. */
function plain(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\n]/gu, '')
    .trim()
    .slice(-1000);
}
