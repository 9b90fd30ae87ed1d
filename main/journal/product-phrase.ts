import type { Product } from '#model/product';

const nouns = { guest: 'guest', pool: 'storage pool', network: 'network', secret: 'secret' } as const;

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
    case 'guest':
    case 'pool':
    case 'network':
    case 'secret':
      break;
  }
  return `the ${nouns[product.kind]} “${product.name}”`;
}

export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
