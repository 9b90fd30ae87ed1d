import { Alert, AlertActionLink, FormSelect, FormSelectOption, Radio, TextInput } from '@patternfly/react-core';
import { LibvirtDriver } from '#model/host-address';
import { driverNames } from '../../data/address-words.ts';
import { FormField } from '../../ui/form-field.tsx';
import {
  defaultPorts,
  isRemote,
  scopesOf,
  withDriver,
  type ConnectionDraft,
  type ConnectionKind,
  type DraftField,
  type Problems,
  type Scope,
} from './connection-draft.ts';
import { FileField } from './file-field.tsx';
import { overSsh } from './mends.ts';

interface AddressFieldsProps {
  readonly draft: ConnectionDraft;
  /** Those that are to be seen already. */
  readonly problems: Problems;
  onChange(draft: ConnectionDraft): void;
  onTouch(field: DraftField): void;
}

/** What the chosen kind of connection asks for. */
export function AddressFields({ draft, problems, onChange, onTouch }: AddressFieldsProps) {
  const { kind } = draft;
  const text = (field: 'host' | 'user' | 'port' | 'uri', label: string, placeholder: string, hint?: string) => (
    <FormField id={`connection-${field}`} label={label} problem={problems[field]} hint={hint}>
      <TextInput
        id={`connection-${field}`}
        value={draft[field]}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        {...(field === 'port' && { inputMode: 'numeric', className: 'gh-connect__port' })}
        validated={problems[field] === undefined ? 'default' : 'error'}
        aria-describedby={`connection-${field}-help`}
        onChange={(_event, value) => onChange({ ...draft, [field]: value })}
        onBlur={() => draft[field] !== '' && onTouch(field)}
      />
    </FormField>
  );
  if (kind === 'uri') {
    return text(
      'uri',
      'libvirt address',
      'qemu+ssh://ada@attic/system',
      'Any address that virsh and virt-manager take, with its parameters.',
    );
  }
  return (
    <>
      {kind === 'tcp' && <OpenRoadWarning draft={draft} onChange={onChange} />}
      <FormField id="connection-driver" label="Hypervisor">
        <FormSelect
          id="connection-driver"
          className="gh-connect__select"
          value={draft.driver}
          onChange={(_event, value) => onChange(withDriver(draft, LibvirtDriver.parse(value)))}
        >
          {driversFor(kind).map((driver) => (
            <FormSelectOption key={driver} value={driver} label={driverNames[driver]} />
          ))}
        </FormSelect>
      </FormField>
      {isRemote(kind) && (
        <div className="gh-connect__line">
          {text('host', 'Host', 'attic.example.org')}
          {kind === 'ssh' && text('user', 'User', 'as ssh decides')}
          {text('port', 'Port', `${defaultPorts[kind]}`)}
        </div>
      )}
      {kind === 'ssh' && (
        <>
          <ScopeField draft={draft} onChange={onChange} />
          <FileField
            id="connection-key"
            label="Key file"
            what="ssh-key"
            file={draft.keyFile}
            without="As ssh is set up: its agent and its own keys"
            onChoose={(keyFile) => onChange({ ...draft, keyFile })}
          />
        </>
      )}
      {kind === 'tls' && (
        <FileField
          id="connection-certificates"
          label="Certificates"
          what="certificates"
          file={draft.certificates}
          without="Where libvirt looks for them"
          hint="A folder with cacert.pem, and clientcert.pem and clientkey.pem where the host asks for them."
          onChoose={(certificates) => onChange({ ...draft, certificates })}
        />
      )}
    </>
  );
}

const driversFor = (kind: ConnectionKind): readonly LibvirtDriver[] =>
  kind === 'system' || kind === 'session'
    ? LibvirtDriver.options.filter((driver) => scopesOf(driver).includes(kind))
    : LibvirtDriver.options;

const scopes: readonly (readonly [Scope, string])[] = [
  ['system', 'Those of the machine'],
  ['session', 'Those of that user alone'],
];

function ScopeField({ draft, onChange }: Pick<AddressFieldsProps, 'draft' | 'onChange'>) {
  const possible = scopesOf(draft.driver);
  if (possible.length === 1) return null;
  return (
    <FormField id="connection-scope" label="Guests" role="radiogroup">
      {scopes.map(([scope, label]) => (
        <Radio
          key={scope}
          id={`scope-${scope}`}
          name="connection-scope"
          label={label}
          isChecked={draft.scope === scope}
          onChange={() => onChange({ ...draft, scope })}
        />
      ))}
    </FormField>
  );
}

function OpenRoadWarning({ draft, onChange }: Pick<AddressFieldsProps, 'draft' | 'onChange'>) {
  const mend = overSsh(draft);
  return (
    <Alert
      variant="warning"
      component="p"
      isInline
      title="Nothing is encrypted on this road"
      actionLinks={<AlertActionLink onClick={() => onChange(mend.draft)}>{mend.label}</AlertActionLink>}
    >
      Whoever is on the way can read passwords and screens, and change what is sent. It is for a host that is reached over a network of its
      own, or for this computer itself.
    </Alert>
  );
}
