import { Alert, AlertActionLink, type AlertProps } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { firewallLines, type FirewallReport } from '#model/firewall';
import type { HostId } from '#model/host';
import { changePermission } from '../../data/change-permission.ts';
import { faultOf } from '../../data/fault-of.ts';
import { changeFirewall, lookAtFirewall } from '../../data/firewall.ts';
import { useHost } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { CommandLines } from './command-lines.tsx';

interface FirewallNoticeProps {
  readonly host: HostId;
  readonly report: FirewallReport;
}

/** Docker's rules that keep guests from the world, with what to do about it; nothing where there are none. */
export function FirewallNotice({ host, report }: FirewallNoticeProps) {
  const [state, setState] = useState<'idle' | 'busy' | ReturnType<typeof faultOf>>('idle');
  const mayChange = changePermission(useHost(host)).allowed;
  if (report.kind === 'clear') return null;
  const { variant, title, body, action } = noticeOf(host, report);

  const run = async (work: () => Promise<void>) => {
    setState('busy');
    try {
      await work();
      setState('idle');
    } catch (error) {
      const fault = faultOf(error);
      setState(fault.code === 'cancelled' ? 'idle' : fault);
    }
  };
  return (
    <Alert
      variant={variant}
      component="p"
      isInline
      className="gh-net-firewall"
      title={title}
      actionLinks={
        mayChange &&
        action !== null && (
          <AlertActionLink isLoading={state === 'busy'} isDisabled={state === 'busy'} onClick={() => void run(action.work)}>
            {action.label}
          </AlertActionLink>
        )
      }
    >
      {body}
      {typeof state !== 'string' && <FaultAlert fault={state} />}
    </Alert>
  );
}

interface Notice {
  readonly variant: NonNullable<AlertProps['variant']>;
  readonly title: string;
  readonly body: ReactNode;
  readonly action: { readonly label: string; work(): Promise<void> } | null;
}

function noticeOf(host: HostId, report: Exclude<FirewallReport, { readonly kind: 'clear' }>): Notice {
  if (report.kind === 'unreadable') {
    return {
      variant: 'info',
      title: 'Docker may cut guests off, which cannot be seen from here',
      body: (
        <>
          <p>{readableText(report.reason)}</p>
          <p>If guests reach the host and nothing beyond, look whether the first line that each of these prints says DROP:</p>
          <CommandLines text={report.look} label="Copy the command that shows the rules" />
        </>
      ),
      action: report.askable ? { label: 'Look as administrator…', work: () => lookAtFirewall(host) } : null,
    };
  }
  if (report.kind === 'cut') {
    return {
      variant: 'warning',
      title: `Docker cuts off the guests on ${report.networks.map(({ name, only }) => named(name, only)).join(', ')}`,
      body: (
        <>
          <p>
            Docker has the firewall drop everything that is passed on and that no rule of its table allows; what libvirt allows stands in
            another table and does not count. Guests get through by rules in the chain that Docker leaves to people, until the host is
            started anew. By hand these are:
          </p>
          <CommandLines text={firewallLines('let-through', report.rules)} label="Copy the commands that let guests through" />
        </>
      ),
      action: { label: 'Let guests through…', work: () => changeFirewall(host, 'let-through') },
    };
  }
  return {
    variant: 'success',
    title: `Rules let the guests on ${report.networks.map((name) => named(name, null)).join(', ')} through Docker’s firewall`,
    body: <p>They hold until the host is started anew, unless a service of its own puts them in again.</p>,
    action: { label: 'Take the rules back…', work: () => changeFirewall(host, 'take-back') },
  };
}

const named = (name: string, only: string | null): string => `“${readableText(name)}”${only === null ? '' : ` (${only})`}`;
