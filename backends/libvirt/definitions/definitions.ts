import { createHash } from 'node:crypto';
import type { DefinitionOutcome, DefinitionWish, GuestDefinition } from '#model/definition';
import type { GuestId } from '#model/guest';
import type { Definitions } from '../../backend.ts';
import { BackendError, onlyLooking, requireChangeable } from '../../errors.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { shellWord } from '../guests/guest-actions.ts';
import { readAhead } from '../xml/document.ts';
import { canonicalDefinition } from './canonical-definition.ts';
import { defineAgain } from './define-again.ts';
import { definitionOutlooks } from './definition-outlook.ts';
import { putBackSecrets } from './hidden-secrets.ts';
import { openObject, redefineObject } from './object-definitions.ts';
import { changedElsewhere, readWhole, redefine } from './redefine.ts';

/** Guests' definitions as texts that people read and write. Passwords never leave through here. */
export function createDefinitions(host: LibvirtHost, { mayChange }: { readonly mayChange: boolean }): Definitions {
  const commandFor = (verb: string, name: string) => `virsh -c ${shellWord(host.address)} ${verb} --validate ${shellWord(`${name}.xml`)}`;
  return {
    read: async (id) => definitionOf(await host.domainXml(await host.domainOf(id), DomainXml.inactive)),
    define: async (id, wish, signal) => {
      if (!mayChange) throw onlyLooking();
      requireChangeable(id);
      return define(host, id, wish, signal);
    },
    readObject: async (object) => {
      const open = await openObject(host, object);
      const { name, fixed } = open;
      const command = ['virsh -c', shellWord(host.address), ...open.command.map((word) => shellWord(word))].join(' ');
      return { name, ...(await definitionOf(await open.read())), command, fixed };
    },
    defineObject: async (object, { text, base, validate }) => {
      if (!mayChange) throw onlyLooking();
      const open = await openObject(host, object);
      const was = await open.read();
      if ((await definitionOf(was)).revision !== base) throw changedElsewhere(open);
      const wished = await readable(text);
      open.requireSame(wished, was);
      const whole = open.readWhole === undefined ? wished : putBackSecrets(wished, was, await open.readWhole());
      const { outcome, now } = await redefineObject(open, was, whole, validate);
      return { outcome, now: await definitionOf(now) };
    },
    outlooks: async (definitions) => definitionOutlooks(host, definitions),
    defineAgain: async (id, definition, name) => {
      if (!mayChange) throw onlyLooking();
      await defineAgain(host, id, definition, name);
      return definitionOf(await host.domainXml(await host.domainOf(id), DomainXml.inactive));
    },
    commandFor: (name) => commandFor('define', name),
  };
}

async function define(
  host: LibvirtHost,
  id: GuestId,
  { text, base, validate }: DefinitionWish,
  signal: AbortSignal,
): Promise<DefinitionOutcome> {
  const dom = await host.domainOf(id);
  const [open, whole] = await Promise.all([host.domainXml(dom, DomainXml.inactive), readWhole(host, dom)]);
  if ((await definitionOf(open)).revision !== base) throw changedElsewhere(dom);
  const { outcome } = await redefine(host, dom, whole, putBackSecrets(await readable(text), open, whole), { validate, signal });
  return { now: await definitionOf(await host.domainXml(dom, DomainXml.inactive)), outcome };
}

async function definitionOf(text: string): Promise<GuestDefinition> {
  await readAhead(text);
  return { text, revision: createHash('sha256').update(canonicalDefinition(text)).digest('hex') };
}

/** The text, if it can be read; else the parser's own words with the line. */
async function readable(text: string): Promise<string> {
  try {
    await readAhead(text);
    canonicalDefinition(text);
    return text;
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    throw new BackendError('invalid-definition', 'The definition is no XML that can be read.', {
      reason: error.reason,
      remedy: 'Mend it where the editor marks it.',
      cause: error,
    });
  }
}
