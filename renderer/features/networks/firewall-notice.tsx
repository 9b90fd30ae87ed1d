import { Alert } from '@patternfly/react-core';
import type { FirewallReport } from '#model/network';
import { readableText } from '../../ui/foreign-text.tsx';
import { CommandLines } from './command-lines.tsx';

/** Docker's rules that keep guests from the world, with what to do about it; nothing where there are none. */
export function FirewallNotice({ report }: { readonly report: FirewallReport }) {
  if (report.kind === 'clear') return null;
  if (report.kind === 'unreadable') {
    return (
      <Alert
        variant="info"
        component="p"
        isInline
        isExpandable
        toggleAriaLabel="Details"
        className="gh-net-firewall"
        title="Docker may cut guests off, which cannot be seen from here"
      >
        <p>{readableText(report.reason)}</p>
        <p>If guests reach the host and nothing beyond, look whether the first line that each of these prints says DROP:</p>
        <CommandLines text={report.look} label="Copy the command that shows the rules" />
      </Alert>
    );
  }
  const names = report.networks.map(({ name, only }) => `“${readableText(name)}”${only === null ? '' : ` (${only})`}`).join(', ');
  return (
    <Alert variant="warning" component="p" isInline className="gh-net-firewall" title={`Docker cuts off the guests on ${names}`}>
      <p>
        Docker has the firewall drop everything that is passed on and that no rule of its table allows; what libvirt allows stands in
        another table and does not count. These lines, for a terminal of yours, let the guests through in the chain that Docker leaves to
        people. They hold until the computer is started anew.
      </p>
      <CommandLines text={report.mend} label="Copy the commands that let guests through" />
      <p>To take them back:</p>
      <CommandLines text={report.undo} label="Copy the commands that take it back" />
    </Alert>
  );
}
