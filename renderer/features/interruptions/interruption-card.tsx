import { Button, Card, CardBody, CardFooter, CardHeader, CardTitle } from '@patternfly/react-core';
import { useState } from 'react';
import type { Interruption, InterruptedProduct } from '#model/interruption';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { formatClock } from '../../ui/clock.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { toast } from '../../ui/toasts.ts';

const nouns: Readonly<Record<InterruptedProduct['kind'], string>> = {
  guest: 'Guest',
  volume: 'Volume',
  tree: 'Folder of a container',
  overwritten: 'Volume',
  condemned: 'Volume',
  pool: 'Storage pool',
  network: 'Network',
  secret: 'Secret',
  mediated: 'Mediated device',
  borrowed: 'PCI device of the host',
  file: 'File on this computer',
};

/** One operation, with each thing that it made and what has become of it. */
export function InterruptionCard({ interruption }: { readonly interruption: Interruption }) {
  const { id, title, hostName, startedAt, products } = interruption;
  const [busy, setBusy] = useState(false);
  const left = products.filter(({ remnant }) => remnant.kind === 'there');
  const mend = left.every(({ kind }) => kind === 'borrowed') ? 'Give back' : 'Clean up';
  // As main has it, which asks before it forgets anything else.
  const settled = products.every(
    ({ kind, remnant }) => remnant.kind === 'gone' || (remnant.kind === 'kept' && kind !== 'volume' && kind !== 'overwritten'),
  );
  const run = (verb: string, work: () => Promise<unknown>) => {
    setBusy(true);
    work()
      .catch((error: unknown) => {
        const fault = faultOf(error);
        if (fault.code !== 'cancelled') toast({ variant: 'danger', title: `${verb}: ${fault.message}`, body: fault.remedy ?? undefined });
      })
      .finally(() => setBusy(false));
  };
  return (
    <Card isCompact component="article" aria-label={readableText(title)}>
      <CardHeader>
        <CardTitle component="h2">
          <ForeignText text={title} />
        </CardTitle>
        <p className="gh-subtle">
          On <ForeignText text={hostName} />, begun {formatClock(startedAt)}
        </p>
      </CardHeader>
      <CardBody>
        <table className="gh-small-table" aria-label="What it made">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Name</th>
              <th scope="col">Now</th>
            </tr>
          </thead>
          <tbody>
            {products.map((product) => (
              <tr key={`${product.kind} ${product.pool ?? ''}/${product.name}`}>
                <td>{nouns[product.kind]}</td>
                <th scope="row">
                  <ForeignText text={product.name} />
                  {product.pool !== null && (
                    <span className="gh-subtle">
                      {' '}
                      in <ForeignText text={product.pool} />
                    </span>
                  )}
                </th>
                <td>
                  <Remains product={product} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </CardBody>
      <CardFooter className="gh-interruption__tools">
        {left.length > 0 && (
          <Button
            variant="secondary"
            isDanger={mend === 'Clean up'}
            size="sm"
            isDisabled={busy}
            onClick={() => run(mend, () => api.interruptions.cleanUp({ id }))}
          >
            {mend}…
          </Button>
        )}
        <Button variant="link" size="sm" isDisabled={busy} onClick={() => run('Keep', () => api.interruptions.keep({ id }))}>
          {settled ? 'Dismiss' : 'Keep all of it…'}
        </Button>
      </CardFooter>
    </Card>
  );
}

function Remains({ product: { kind, remnant } }: { readonly product: InterruptedProduct }) {
  switch (remnant.kind) {
    case 'gone':
      return <span className="gh-subtle">{kind === 'borrowed' ? 'The host has it' : 'Not there'}</span>;
    case 'there':
      if (kind === 'borrowed') return 'Still taken from the host, by VFIO';
      if (kind === 'condemned') return 'Was to be deleted';
      return kind === 'volume' || kind === 'tree' ? 'Left there, perhaps incomplete' : 'Left there';
    case 'kept':
      return `Kept. ${readableText(remnant.why)}`;
    case 'unknown':
      break;
  }
  return <span className="gh-subtle">Cannot be told. {readableText(remnant.why)}</span>;
}
