import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { SavedHost } from '#model/host';
import type { AskLogin, LoginAnswer, LoginQuestion } from '../backends/login.ts';
import { placeOf } from './host-uri.ts';
import type { Questions } from './questions.ts';

/** As long as any password or passphrase that a daemon or ssh takes. */
const SECRET_MAX = 1024;
const TITLE_MAX = 60;

/** Puts what a host asks to the person in front of that window, under the host's name and address. */
export function askIn(questions: Questions, window: number, host: () => Pick<SavedHost, 'name' | 'address'>): AskLogin {
  return async (question, signal) => answerTo(question, await questions.askInTurn(window, confirmationOf(question, host()), signal));
}

const AGAIN = 'What was typed before was not accepted.';

const labels: Readonly<Record<Extract<LoginQuestion, { kind: 'secret' }>['what'], string>> = {
  password: 'Password',
  passphrase: 'Passphrase of the key',
  code: 'One-time code',
  pin: 'PIN of the security key',
  answer: 'Answer',
};

/** A window can give a host any name, so the address is said beside it: that is where the answer goes. */
export function confirmationOf(question: LoginQuestion, { name, address }: Pick<SavedHost, 'name' | 'address'>): Confirmation {
  const host = inTitle(name);
  const details = [{ label: 'Address', value: placeOf(address), exact: false }];
  const login = { title: `Log in to “${host}”`, details, choices: [], confirm: 'Log in', danger: false };
  if (question.kind === 'secret') {
    return { ...login, message: [...failed(question), ...quoted(question.prompt)], inputs: [secret(labels[question.what])] };
  }
  if (question.kind === 'notice') return { ...login, message: quoted(question.prompt), confirm: null };
  if (question.kind === 'credentials') {
    return {
      ...login,
      message: [...failed(question), ...(question.realm === null ? [] : [`It calls itself “${question.realm}”.`])],
      inputs: [{ id: 'name', kind: 'text', label: 'Name', value: question.name, maxLength: 256 }, secret('Password')],
    };
  }
  return {
    title: `Is this “${host}”?`,
    message: [
      'Guesthouse does not know its key yet. Compare the fingerprint with the one that the host’s administrator gives you.',
      'If it is another one, somebody else answers in the host’s place.',
    ],
    details: [
      { label: 'Address', value: question.host, exact: false },
      { label: 'Kind of key', value: question.keyType, exact: false },
      { label: 'Fingerprint', value: question.fingerprint, exact: true },
    ],
    choices: [],
    confirm: 'Trust and connect',
    danger: true,
  };
}

export function answerTo(question: LoginQuestion, answer: ConfirmationAnswer): LoginAnswer {
  if (answer.kind === 'cancelled') return { kind: 'refused' };
  const value = (id: string): string => answer.values?.[id] ?? '';
  if (question.kind === 'secret') return { kind: 'secret', secret: value('secret') };
  if (question.kind === 'credentials') return { kind: 'credentials', name: value('name'), password: value('secret') };
  return { kind: 'accepted' };
}

const failed = ({ again = false }: { readonly again?: boolean }): string[] => (again ? [AGAIN] : []);

/** Nothing in a name may end its quotes, turn the line around, or push the rest of it out of sight. */
function inTitle(name: string): string {
  const plain = Array.from(name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll(/[“”„]/g, '"'));
  return plain.length > TITLE_MAX ? `${plain.slice(0, TITLE_MAX).join('')}…` : plain.join('');
}

function secret(label: string) {
  return { id: 'secret', kind: 'secret', label, value: '', maxLength: SECRET_MAX } as const;
}

/** In quotes, since anybody may have written it; a line each, and not without end. */
function quoted(prompt: string): string[] {
  return prompt
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 12)
    .map((line) => `“${line}”`);
}

/** The same, whose questions also go away with the attempt that they are asked for. */
export function withdrawnWith(ask: AskLogin, attempt: AbortSignal): AskLogin {
  return async (question, signal) => {
    const either = new AbortController();
    const withdraw = (): void => either.abort();
    const signals = [signal, attempt];
    for (const one of signals) {
      if (one.aborted) withdraw();
      one.addEventListener('abort', withdraw, { once: true });
    }
    try {
      return await ask(question, either.signal);
    } finally {
      for (const one of signals) one.removeEventListener('abort', withdraw);
    }
  };
}
