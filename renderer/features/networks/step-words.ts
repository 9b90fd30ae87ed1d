import type { LiveStep } from '#model/network-change';
import { readableText } from '../../ui/foreign-text.tsx';

/** "range 10.0.0.2 to 10.0.0.9 removed, fixed address 10.0.0.5 added". */
export const stepWords = (steps: readonly LiveStep[]): string =>
  steps.map((step) => `${readableText(pieceWords(step))} ${step.add ? 'added' : 'removed'}`).join(', ');

function pieceWords(step: LiveStep): string {
  if (step.kind === 'range') return `range ${step.value.start} to ${step.value.end}`;
  if (step.kind === 'lease') return `fixed address ${step.value.ip}`;
  if (step.kind === 'dns-host') return `name ${step.value.names[0] ?? ''}`;
  if (step.kind === 'port-group') return `port group ${step.value.name}`;
  return `card ${step.value}`;
}
