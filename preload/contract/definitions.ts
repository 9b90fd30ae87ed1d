import { z } from 'zod';
import {
  DefinedObject,
  DefinitionDraft,
  DefinitionOutcome,
  DefinitionWish,
  GuestDefinition,
  KeptDefinition,
  keptMax,
  ObjectDefinition,
  Revision,
} from '#model/definition';
import { DeletedGuest, deletedMax } from '#model/deleted-guest';
import { GuestRef, NewGuestName } from '#model/guest';
import { HostId } from '#model/host';
import { SchemaPlace, SchemaProblem, SchemaProposal, SchemaText } from '#model/schema';
import { call } from './define.ts';

/** Chosen by the window for each wish of the person: a repeated call with the same id does nothing a second time. */
const OperationId = z.uuid();

const OfObject = z.strictObject({ host: HostId, object: DefinedObject });

export const definitions = {
  /** What the guest will be started with next time. When it may be another, `guests.changed` comes. */
  read: call(GuestRef, GuestDefinition),
  /**
   * As a task. Main asks first about what is new in it, since a definition can give a guest anything of its host: 'cancelled' when the person
   * says no, 'conflict' where the host has another definition than `base` by now.
   */
  define: call(z.strictObject({ guest: GuestRef, wish: DefinitionWish, operation: OperationId }), DefinitionOutcome),
  /** The same of a network or a pool. */
  readObject: call(OfObject, ObjectDefinition),
  defineObject: call(OfObject.extend({ wish: DefinitionWish, operation: OperationId }), DefinitionOutcome),
  /** The command that does the same, from a file. */
  command: call(GuestRef, z.string()),
  /** What was being typed when this window was loaded last; kept in memory only, since it may hold passwords. */
  draft: call(GuestRef, DefinitionDraft.nullable()),
  keepDraft: call(z.strictObject({ guest: GuestRef, draft: DefinitionDraft.nullable() }), z.void()),
  /** What libvirt's schemas on this computer say of a place, and of a document or part of one; where there are none, nothing. */
  propose: call(SchemaPlace, SchemaProposal),
  check: call(SchemaText, z.array(SchemaProblem)),
  /** Those that are known of it, the one that it has among them, newest first. Also of a guest, or on a host, that is not there now. */
  kept: call(GuestRef, z.array(KeptDefinition).max(keptMax)),
  keptText: call(z.strictObject({ guest: GuestRef, revision: Revision }), z.string()),
  /** `define` with a kept one. */
  restore: call(z.strictObject({ guest: GuestRef, revision: Revision, base: Revision, operation: OperationId }), DefinitionOutcome),
  /** Guests that were deleted from here, with their definitions kept; the latest first. Also of a host that is not connected. */
  deleted: call(z.strictObject({ host: HostId }), z.array(DeletedGuest).max(deletedMax)),
  /**
   * Defines one of them by the definition that it had, as a task; it is not started. `name`: null for the one that it had. Main asks first
   * where that names something of the host: 'cancelled' when the person says no. 'exists' where the guest is there again, or the name taken.
   */
  defineAgain: call(z.strictObject({ guest: GuestRef, name: NewGuestName.nullable(), operation: OperationId }), z.void()),
};
