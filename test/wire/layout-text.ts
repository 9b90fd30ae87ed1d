import type { Layout } from '../../backends/libvirt/xdr/layout.ts';

/**
 * A layout in the notation of protocol-facts.json: i32 u32 i64 u64 f64; s9 and o9 a string and bytes of at most nine; o=9 exactly nine bytes;
 * ?(…) optional; [9](…) at most nine; x9(…) exactly nine; union(tag:…). What is an int, an enum, a bool or a char in C is i32 on the wire.
 */
export function layoutText(layout: Layout): string {
  switch (layout.kind) {
    case 'bool':
    case 'char':
      return 'i32';
    case 'text':
      return `s${layout.limit}`;
    case 'opaque':
      return `o${layout.limit}`;
    case 'fixed-opaque':
      return `o=${layout.length}`;
    case 'optional':
      return `?(${layoutText(layout.of)})`;
    case 'array':
      return `[${layout.limit}](${layoutText(layout.of)})`;
    case 'fixed-array':
      return `x${layout.length}(${layoutText(layout.of)})`;
    case 'struct':
      return layout.fields
        .map(layoutText)
        .filter((field) => field !== '')
        .join(' ');
    case 'union':
      return `union(${layout.cases.map(([tag, each]) => `${tag}:${layoutText(each)}`).join(',')})`;
    case 'i32':
    case 'u32':
    case 'i64':
    case 'u64':
    case 'f64':
      break;
  }
  return layout.kind;
}
