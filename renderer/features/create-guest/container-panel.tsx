import { Alert, Checkbox, TextInput } from '@patternfly/react-core';
import { Field } from './field.tsx';
import { ImagePanel } from './image-panel.tsx';
import type { StepProps } from './step-props.ts';

/** What runs in a container. */
export function ContainerPanel({ host, offer, draft, fields, problems, onEdit, onSource }: StepProps) {
  const { program, root, osInit } = draft.sources;
  const isWhole = draft.road === 'container-os';
  const init = isWhole ? osInit : program.init;
  return (
    <>
      {isWhole && (
        <ImagePanel
          id="root"
          label="root file system"
          host={host}
          pools={offer.pools}
          image={root}
          places={['file', 'volume']}
          files={['root-folder', 'root-archive']}
          filter={({ folder }) => folder}
          onChange={(image) => onSource({ root: image })}
        />
      )}
      <Field
        id="init"
        label={isWhole ? 'First program' : 'Program'}
        hint={isWhole ? 'What starts the system in it.' : 'A program of the host. It sees the host’s own files.'}
      >
        <TextInput
          id="init"
          className="gh-create__mono"
          value={init}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="init-help"
          onChange={(_event, text) => onSource(isWhole ? { osInit: text } : { program: { ...program, init: text } })}
        />
      </Field>
      {!isWhole && (
        <Field id="arguments" label="Arguments" hint="Parted by spaces.">
          <TextInput
            id="arguments"
            className="gh-create__mono"
            value={program.arguments}
            autoComplete="off"
            spellCheck={false}
            aria-describedby="arguments-help"
            onChange={(_event, text) => onSource({ program: { ...program, arguments: text } })}
          />
        </Field>
      )}
      {isWhole ? (
        <Field id="id-map" label="Users" role="group" problem={problems.idMap}>
          <Checkbox
            id="id-map"
            label="Users of their own"
            description={
              fields.idMap === null
                ? 'Root in the container is root of the host: whoever breaks out of it has everything.'
                : `Root in the container is user ${fields.idMap.start} outside, who owns nothing. The container’s files must be owned accordingly.`
            }
            isChecked={fields.idMap !== null}
            onChange={(_event, on) => onEdit({ idMap: on ? { start: 100_000, count: 65_536 } : null })}
          />
        </Field>
      ) : (
        <Alert
          isInline
          isPlain
          component="p"
          variant="warning"
          title="Root in it is root of the host, and the files are the host’s own: run only programs that you trust."
        />
      )}
    </>
  );
}
