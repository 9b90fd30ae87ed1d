import type { GuestRef } from '#model/guest';
import type { Registry } from './registry.ts';

const LONGEST = 80;

/** "<guest> on <host>", as a window's title may say it. Both are other people's text: nothing in them may break the line or turn it round. */
export function consoleTitle(registry: Registry, ref: GuestRef): string {
  const host = registry.hosts().find(({ id }) => id === ref.host);
  return `${plain(nameOf(registry, ref))} on ${plain(host?.name ?? ref.host)}`;
}

function nameOf(registry: Registry, ref: GuestRef): string {
  try {
    return registry.guest(ref).name;
  } catch {
    // It was deleted, or its host is away.
    return 'A guest';
  }
}

function plain(text: string): string {
  const characters = Array.from(text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd'));
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : characters.join('');
}
