import { attribute, child, path, type XmlElement } from '../../../xml/document.ts';
import { withAttributesAt } from '../../../xml/edit.ts';

/** virtiofsd reads the guest's memory itself. Also where each cell of the guest's NUMA says that its memory is shared. */
export function sharesMemory(domain: XmlElement | null): boolean {
  return attribute(path(domain, 'memoryBacking', 'access'), 'mode') === 'shared' || cellsShare(domain);
}

function cellsShare(domain: XmlElement | null): boolean {
  const cells =
    path(domain, 'cpu', 'numa')?.children.flatMap((node) => (node.kind === 'element' && node.name === 'cell' ? [node] : [])) ?? [];
  return cells.length > 0 && cells.every((cell) => attribute(cell, 'memAccess') === 'shared');
}

/** https://libvirt.org/kbase/virtiofs.html: memfd needs nothing on the host; what the guest's memory comes from already stays. */
export function withSharedMemory(domain: XmlElement, share: XmlElement): XmlElement {
  if (attribute(child(share, 'driver'), 'type') !== 'virtiofs' || sharesMemory(domain)) return domain;
  const backing = child(domain, 'memoryBacking');
  const huge = child(backing, 'hugepages') !== null;
  const type = attribute(child(backing, 'source'), 'type');
  const sourced =
    huge || type === 'memfd' || type === 'file' ? domain : withAttributesAt(domain, ['memoryBacking', 'source'], { type: 'memfd' });
  return withAttributesAt(sourced, ['memoryBacking', 'access'], { mode: 'shared' });
}
