import { Button, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import { PoolSpec } from '#model/pool-spec';
import type { Pool } from '#model/storage';
import { faultOf } from '../../data/fault-of.ts';
import { hostKeys } from '../../data/keys.ts';
import { queryClient } from '../../data/query-client.ts';
import { makePool } from '../../data/storage-verbs.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { Field } from './field.tsx';

interface FolderPoolProps {
  /** Of its controls. */
  readonly id: string;
  readonly host: HostId;
  readonly pools: readonly Pool[];
  /** There is a pool of the folder. */
  readonly onPool: (name: string) => void;
}

/**
 * The way to an image in a folder of the host that is no pool: hosts show only what is in pools, and a folder can be made one as it is. Main names
 * the folder and asks before that is done.
 */
export function FolderPool({ id, host, pools, onPool }: FolderPoolProps) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const [fault, setFault] = useState<unknown>(null);
  const [isMaking, setMaking] = useState(false);
  const folder = plain(typed);
  const known = pools.find((pool) => pool.path !== null && plain(pool.path) === folder);
  if (!open) {
    return (
      <Button variant="link" isInline onClick={() => setOpen(true)}>
        It is in another folder of the host…
      </Button>
    );
  }

  const done = (name: string): void => {
    setOpen(false);
    setTyped('');
    onPool(name);
  };
  const submit = async (): Promise<void> => {
    setFault(null);
    if (known?.active === true) return done(known.name);
    if (known !== undefined)
      return setProblem(`The pool “${readableText(known.name)}” is of this folder, and is not active. Start it on the Storage page.`);
    const wish = { name: nameOf(folder, pools), kind: 'dir', place: { target: folder }, build: 'no', start: true, autostart: true };
    const spec = PoolSpec.safeParse(wish);
    if (!spec.success) return setProblem('Enter the whole path of a folder on the host, beginning with /.');
    setMaking(true);
    try {
      await makePool(host, spec.data);
      await queryClient.invalidateQueries({ queryKey: hostKeys.offer(host) });
      done(spec.data.name);
    } catch (error) {
      if (faultOf(error).code !== 'cancelled') setFault(error);
    } finally {
      setMaking(false);
    }
  };
  return (
    <>
      <Field
        id={`${id}-folder`}
        label="Folder of the host"
        problem={problem}
        hint="Only what is in pools can be seen on a host, so libvirt makes a pool of the folder. Nothing in it is changed; you are asked first."
      >
        <InputGroup>
          <InputGroupItem isFill>
            <TextInput
              id={`${id}-folder`}
              value={typed}
              placeholder="/srv/images"
              autoComplete="off"
              spellCheck={false}
              aria-describedby={`${id}-folder-help`}
              validated={problem === undefined ? 'default' : 'error'}
              autoFocus
              onChange={(_event, text) => {
                setTyped(text);
                setProblem(undefined);
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                void submit();
              }}
            />
          </InputGroupItem>
          <InputGroupItem>
            <Button variant="secondary" isLoading={isMaking} isDisabled={isMaking} onClick={() => void submit()}>
              {known === undefined ? 'Make a pool of it' : 'Show what is in it'}
            </Button>
          </InputGroupItem>
        </InputGroup>
      </Field>
      {fault !== null && <FaultAlert fault={faultOf(fault)} onRetry={() => void submit()} />}
    </>
  );
}

const plain = (path: string): string =>
  path
    .trim()
    .replaceAll(/\/+/g, '/')
    .replace(/(.)\/$/, '$1');

/** As the folder is called, which a person will look for; a number after it where that is taken. */
function nameOf(folder: string, pools: readonly Pool[]): string {
  const stem = (folder.split('/').at(-1) ?? '').replace(/^[.\s-]+/, '') || 'folder';
  const taken = new Set(pools.map(({ name }) => name));
  let name = stem;
  for (let number = 2; taken.has(name); number += 1) name = `${stem}-${number}`;
  return name;
}
