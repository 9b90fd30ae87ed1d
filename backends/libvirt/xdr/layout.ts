/**
 * What a type is on the wire, as data: codecs are checked with it against libvirt's own description, and hostile packets are made of it.
 * A struct is its fields in order, so nested ones lie flat. A `char` takes four bytes, like an int.
 */
export type Layout =
  | { readonly kind: 'i32' | 'u32' | 'i64' | 'u64' | 'f64' | 'bool' | 'char' }
  | { readonly kind: 'text' | 'opaque'; readonly limit: number }
  | { readonly kind: 'fixed-opaque'; readonly length: number }
  | { readonly kind: 'optional'; readonly of: Layout }
  | { readonly kind: 'array'; readonly of: Layout; readonly limit: number }
  | { readonly kind: 'fixed-array'; readonly of: Layout; readonly length: number }
  | { readonly kind: 'struct'; readonly fields: readonly Layout[] }
  | { readonly kind: 'union'; readonly cases: readonly (readonly [tag: number, layout: Layout])[] };

/** The fewest bytes that a value takes. With it an array refuses a count that cannot be there before it allocates. */
export function smallestOf(layout: Layout): number {
  switch (layout.kind) {
    case 'i64':
    case 'u64':
    case 'f64':
      return 8;
    case 'fixed-opaque':
      return (layout.length + 3) & ~3;
    case 'fixed-array':
      return layout.length * smallestOf(layout.of);
    case 'struct':
      return layout.fields.reduce((sum, field) => sum + smallestOf(field), 0);
    case 'union':
      return 4 + Math.min(...layout.cases.map(([, each]) => smallestOf(each)));
    case 'i32':
    case 'u32':
    case 'bool':
    case 'char':
    case 'text':
    case 'opaque':
    case 'optional':
    case 'array':
      break;
  }
  return 4;
}
