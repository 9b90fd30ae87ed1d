import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { AskLogin, LoginAnswer, LoginQuestion } from '../backends/login.ts';
import type { Questions } from './questions.ts';

/** As long as any password or passphrase that a daemon or ssh takes. */
const SECRET_MAX = 1024;

/** Puts what a host asks to the person in front of that window, under the host's name. For one attempt: it knows what was asked before. */
export function askIn(questions: Questions, window: number, host: () => string): AskLogin {
  let before = '';
  return async (question, signal) => {
    const now = JSON.stringify(question);
    const confirmation = confirmationOf(question, host());
    const again = now === before && question.kind !== 'notice';
    before = now;
    const shown = again ? { ...confirmation, message: [AGAIN, ...confirmation.message] } : confirmation;
    return answerTo(question, await questions.askInTurn(window, shown, signal));
  };
}

const AGAIN = 'The host asks again: what was typed before may have been wrong.';

const labels: Readonly<Record<Extract<LoginQuestion, { kind: 'secret' }>['what'], string>> = {
  password: 'Password',
  passphrase: 'Passphrase of the key',
  code: 'One-time code',
  pin: 'PIN of the security key',
  answer: 'Answer',
};

export function confirmationOf(question: LoginQuestion, host: string): Confirmation {
  const login = { title: `Log in to “${host}”`, choices: [], confirm: 'Log in', danger: false };
  if (question.kind === 'secret') return { ...login, message: quoted(question.prompt), inputs: [secret(labels[question.what])] };
  if (question.kind === 'notice') return { ...login, message: quoted(question.prompt), confirm: null };
  if (question.kind === 'credentials') {
    return {
      ...login,
      message: question.realm === null ? [] : [`It calls itself “${question.realm}”.`],
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
