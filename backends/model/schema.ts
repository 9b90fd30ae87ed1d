import { z } from 'zod';
import { definitionMax } from './definition.ts';

/** Kinds of documents that hosts have schemas for. */
export const SchemaKind = z.enum(['domain', 'network', 'storagepool', 'storagevol', 'domainsnapshot']);
export type SchemaKind = z.infer<typeof SchemaKind>;

const Name = z.string().max(256);
const words = z.array(z.string().max(1024)).max(2000);

/** A place in a document: in the element at the end of `path`, or in its `attribute`. */
export const SchemaPlace = z.strictObject({ kind: SchemaKind, path: z.array(Name).max(64), attribute: Name.nullable() });
export type SchemaPlace = z.infer<typeof SchemaPlace>;

/** A document, or, with `within`, part of one: what the element at the end of that path has in it. */
export const SchemaText = z.strictObject({
  kind: SchemaKind,
  text: z.string().max(definitionMax),
  within: z.array(Name).max(64),
});
export type SchemaText = z.infer<typeof SchemaText>;

/** What may stand there: elements and attributes of the element, and values of its text or its attribute. */
export const SchemaProposal = z.strictObject({ elements: words, attributes: words, values: words });
export type SchemaProposal = z.infer<typeof SchemaProposal>;

/** What is wrong with a document, and in which line (from 1). */
export const SchemaProblem = z.strictObject({ line: z.number().int().positive(), message: z.string() });
export type SchemaProblem = z.infer<typeof SchemaProblem>;
