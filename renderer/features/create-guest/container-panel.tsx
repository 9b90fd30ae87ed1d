import { Alert, Checkbox, Radio, TextInput } from '@patternfly/react-core';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Field } from './field.tsx';
import { ImagePanel } from './image-panel.tsx';
import { PackagesPanel } from './packages-panel.tsx';
import { RootIdentity } from './root-identity.tsx';
import { RootPool } from './root-pool.tsx';
import { isUnpacked } from './source.ts';
import type { StepProps } from './step-props.ts';

/** What runs in a container. */
export function ContainerPanel(props: StepProps) {
  const { draft, fields, problems, onEdit, onSource } = props;
  const { program, osInit } = draft.sources;
  const isWhole = draft.road === 'container-os';
  const init = isWhole ? osInit : program.init;
  // Nobody has typed anything wrong yet.
  const wrong = init === '' ? undefined : problems.init;
  return (
    <>
      {isWhole && <RootPanel {...props} />}
      <Field
        id="init"
        label={isWhole ? 'First program' : 'Program'}
        problem={wrong}
        hint={isWhole ? 'What starts the system in it.' : 'A program of the host. It sees the host’s own files.'}
      >
        <TextInput
          id="init"
          className="gh-create__mono"
          value={init}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="init-help"
          validated={wrong === undefined ? 'default' : 'error'}
          onChange={(_event, text) => onSource(isWhole ? { osInit: text } : { program: { ...program, init: text } })}
        />
      </Field>
      {!isWhole && (
        <Field id="arguments" label="Arguments" hint="Parted by spaces; what stands in quotation marks stays together.">
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
                : `Root in the container is user ${fields.idMap.start} outside, who owns nothing.${isUnpacked(draft) ? '' : ' The container’s files must be owned accordingly.'}`
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

/** The files of a whole system: there already, in an archive, or put together. */
function RootPanel(props: StepProps) {
  const { host, offer, draft, problems, onSource } = props;
  const { root, packages } = draft.sources;
  return (
    <>
      <Field id="root-made" label="Its files" role="radiogroup">
        <div className="gh-create__places">
          {[false, true].map((wanted) => (
            <Radio
              key={String(wanted)}
              id={wanted ? 'root-made-packages' : 'root-made-there'}
              name="root-made"
              label={wanted ? 'Made of packages' : 'A folder or an archive'}
              isChecked={packages.wanted === wanted}
              onChange={() => onSource({ packages: { ...packages, wanted } })}
            />
          ))}
        </div>
      </Field>
      {packages.wanted ? (
        <PackagesPanel packages={packages} problem={problems.packages} onChange={(changed) => onSource({ packages: changed })} />
      ) : (
        <ImagePanel
          id="root"
          label="root file system"
          host={host}
          pools={offer.pools}
          image={root}
          places={['file', 'volume', 'url']}
          files={['root-folder', 'root-archive']}
          filter={({ folder, name }) => folder || /\.(tar(\.(gz|xz|zst|bz2))?|tgz|txz)$/i.test(name)}
          checksumProblem={problems.checksum}
          onChange={(image) => onSource({ root: image })}
        />
      )}
      {!packages.wanted && root.from === 'file' && root.file !== null && (
        <p>
          Chosen: <ForeignText text={root.file.name} />
        </p>
      )}
      {isUnpacked(draft) && (
        <>
          <RootPool {...props} />
          <RootIdentity {...props} />
        </>
      )}
    </>
  );
}
