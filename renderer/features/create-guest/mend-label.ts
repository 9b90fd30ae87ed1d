import type { Mend } from '#model/guest-spec';
import { readableText } from '../../ui/foreign-text.tsx';

/** What the button says. */
export function mendLabel(mend: Mend): string {
  switch (mend.kind) {
    case 'start-network':
      return `Start the network “${readableText(mend.network)}”`;
    case 'start-pool':
      return `Start the pool “${readableText(mend.pool)}”`;
    case 'grant':
      return 'Let the hypervisor read it…';
    case 'copy':
      break;
  }
  return `Copy it into the pool “${readableText(mend.pool)}”`;
}
