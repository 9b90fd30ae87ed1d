import type { HostState } from '#model/host';
import { useSeconds } from './seconds.ts';

/** What the sidebar says of a host, in a word or two, and the colour of its dot. */
export interface HostWord {
  readonly word: string;
  readonly tone: 'connected' | 'working' | 'idle' | 'asking' | 'failed';
}

/** `now`: milliseconds since 1970. */
export function hostWord(state: HostState, now: number): HostWord {
  switch (state.kind) {
    case 'connected':
      return { word: state.abilities.change ? 'Connected' : 'Only look', tone: 'connected' };
    case 'connecting':
      return { word: 'Connecting…', tone: 'working' };
    case 'disconnected':
      return { word: 'Not connected', tone: 'idle' };
    case 'failed':
      break;
  }
  if (state.fault.code === 'auth-needed') return { word: 'Log in needed', tone: 'asking' };
  if (state.retryAt === null) return { word: 'Failed', tone: 'failed' };
  return { word: `Waiting ${Math.max(1, Math.ceil((state.retryAt - now) / 1000))} s`, tone: 'failed' };
}

/** hostWord, which counts the seconds down while the host waits to be tried again. */
export function useHostWord(state: HostState): HostWord {
  return hostWord(state, useSeconds(state.kind === 'failed' && state.retryAt !== null));
}

export interface HostStep {
  readonly label: string;
  readonly does: 'connect' | 'disconnect';
}

/** What a person does next about the connection; null: nothing needs doing. */
export function nextStep(state: HostState): HostStep | null {
  switch (state.kind) {
    case 'connected':
      return null;
    case 'connecting':
      return { label: 'Cancel', does: 'disconnect' };
    case 'disconnected':
      return { label: 'Connect', does: 'connect' };
    case 'failed':
      break;
  }
  if (state.fault.code === 'auth-needed') return { label: 'Log in', does: 'connect' };
  return { label: state.retryAt === null ? 'Retry' : 'Retry now', does: 'connect' };
}
