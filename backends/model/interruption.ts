import { z } from 'zod';
import { HostId } from './host.ts';
import { Product, Remnant } from './product.ts';
import { Instant } from './quantity.ts';

/** A thing that an operation made, as a window knows it: of a file of this computer only its name. */
export const InterruptedProduct = z.strictObject({
  kind: z.enum(Product.options.map((option) => option.shape.kind.value)),
  name: z.string(),
  /** The pool of a volume. */
  pool: z.string().nullable(),
  remnant: Remnant,
});
export type InterruptedProduct = z.infer<typeof InterruptedProduct>;

/** An operation that ended without an end: the program died, or what it had made could not be taken back. */
export const Interruption = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  host: HostId,
  /** As it was called when the operation began. */
  hostName: z.string(),
  startedAt: Instant,
  /** In the order in which they were made. */
  products: z.array(InterruptedProduct),
});
export type Interruption = z.infer<typeof Interruption>;
