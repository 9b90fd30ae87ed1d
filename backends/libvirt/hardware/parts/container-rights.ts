import type { FieldRow } from '#model/hardware-field';
import { attribute, children, element, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withPath } from '../../xml/edit.ts';
import { choice, choiceAt, choiceField, listOf, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { featureOf, only } from './part-fields.ts';
import { isContainer } from '../hardware-context.ts';

const SECTION = 'Rights of its root';

/** capabilities(7), as libvirt writes them (src/conf/domain_conf.c, virDomainProcessCapsFeature). */
const rights = (
  'audit_control audit_write block_suspend chown dac_override dac_read_search fowner fsetid ipc_lock ipc_owner kill lease linux_immutable' +
  ' mac_admin mac_override mknod net_admin net_bind_service net_broadcast net_raw setgid setfcap setpcap setuid sys_admin sys_boot' +
  ' sys_chroot sys_module sys_nice sys_pacct sys_ptrace sys_rawio sys_resource sys_time sys_tty_config syslog wake_alarm'
).split(' ');

const rightsIn = (domain: XmlElement): FieldRow[] =>
  children(featureOf(domain, 'capabilities')).map((one) => ({ name: one.name, state: attribute(one, 'state') }));

/** https://libvirt.org/formatdomain.html#hypervisor-features, "capabilities" */
export const containerRights: readonly BoundField[] = only(
  isContainer,
  choiceAt('rights-policy', 'features/capabilities/@policy', {
    label: 'What root in the container may',
    section: SECTION,
    unset: 'What containers usually may',
    choices: [
      choice('default', 'What containers usually may'),
      choice('allow', 'All, but for what is listed', 'Also what reaches the host: this is no container that keeps anybody in.'),
      choice('deny', 'Nothing, but for what is listed'),
    ],
  }),
  listOf(
    'rights',
    {
      label: 'Rights',
      help: 'By the kernel’s names; capabilities(7) says what each is for.',
      section: SECTION,
      columns: (context) => [
        textField(
          'name',
          {
            label: 'Right',
            maxLength: 32,
            pattern: { source: rights.join('|'), says: 'One of the kernel’s rights, like net_admin.' },
            suggestions: rights.map((name) => choice(name, name)),
          },
          context,
        ),
        choiceField('state', { label: 'It has it', choices: [choice('on', 'Yes'), choice('off', 'No')] }, context),
      ],
      add: { label: 'Add a right', row: { name: 'net_admin', state: 'on' } },
      max: 64,
    },
    rightsIn,
    (domain, rows) =>
      withPath(domain, ['features', 'capabilities'], (old) => {
        if (old === null && rows.length === 0) return null;
        const gone = rightsIn(domain).filter((row) => rows.every((other) => other['name'] !== row['name']));
        const bare = gone.reduce(
          (made, { name }) => withChild(made, String(name), () => null),
          old ?? element('capabilities', { policy: 'default' }),
        );
        return rows.reduce(
          (made, { name, state }) =>
            withChild(made, String(name), (one) => withAttributes(one ?? element(String(name)), { state: String(state) })),
          bare,
        );
      }),
  ),
);
