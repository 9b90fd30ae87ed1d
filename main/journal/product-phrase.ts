import type { Product } from '#model/product';

const nouns = { guest: 'guest', pool: 'storage pool', network: 'network', secret: 'secret', mediated: 'mediated device' } as const;

/** As in "Removing …". */
export function productPhrase(product: Product): string {
  switch (product.kind) {
    case 'volume':
    case 'overwritten':
    case 'condemned':
      return `the volume “${product.name}” in the pool “${product.pool}”`;
    case 'tree':
      return `the folder “${product.name}” in the pool “${product.pool}” with all that is in it`;
    case 'file':
      return `the file “${fileName(product.path)}”`;
    case 'borrowed':
      return `the PCI device “${product.name}”`;
    case 'guest':
    case 'pool':
    case 'network':
    case 'secret':
    case 'mediated':
      break;
  }
  return `the ${nouns[product.kind]} “${product.name}”`;
}

/** What becomes of it when it is cleaned up: "Removing the volume …". */
export const cleaningPhrase = (product: Product): string =>
  product.kind === 'borrowed' ? `Giving back ${productPhrase(product)}` : `Removing ${productPhrase(product)}`;

export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
