import { Link } from 'wouter';
import { useMemo } from 'react';
import type { HostId } from '#model/host';
import type { Network } from '#model/network';
import { useAttachments, useSurroundings } from '../../data/networks.ts';
import { paths } from '../../data/paths.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { OldNote } from '../../ui/old-note.tsx';
import { Unread } from '../../ui/unread.tsx';
import { NicsTable } from './nics-table.tsx';
import { layOut, type TopologyEdge, type TopologyNode } from './topology-layout.ts';

/** Pixels, as in networks.css. */
const ROW = 52;
const COLUMN = 240;
const NODE = { width: 176, height: 42 } as const;
const titles = ['Interfaces of the host', 'Bridges', 'Networks', 'Guests'] as const;

/** Which guest hangs where, drawn; and below the same as a table, for those who rather read it. */
export function Topology({ host, networks }: { readonly host: HostId; readonly networks: readonly Network[] }) {
  const attachments = useAttachments(host);
  const surroundings = useSurroundings(host);
  const problem = useReadFault(host, attachments.error ?? surroundings.error);
  const nics = attachments.data?.nics;
  const links = surroundings.data?.links;
  const layout = useMemo(() => (nics === undefined || links === undefined ? null : layOut(networks, links, nics)), [networks, links, nics]);
  const again = () => void Promise.all([attachments.refetch(), surroundings.refetch()]);
  if (layout === null || nics === undefined) {
    return <Unread {...problem} label="Reading who hangs where" onRetry={again} />;
  }
  const readAt = Math.min(attachments.dataUpdatedAt, surroundings.dataUpdatedAt);
  return (
    <>
      <OldNote fault={problem.fault} readAt={readAt} onRetry={again} />
      <section className="gh-topology" aria-label="Drawing of the networks">
        <div className="gh-topology__titles" aria-hidden="true">
          {titles.map((title) => (
            <span key={title}>{title}</span>
          ))}
        </div>
        <div className="gh-topology__plan" style={{ blockSize: layout.rows * ROW, inlineSize: 3 * COLUMN + NODE.width }}>
          <Lines nodes={layout.nodes} edges={layout.edges} rows={layout.rows} />
          {layout.nodes.map((node) => (
            <Node key={node.id} host={host} node={node} />
          ))}
        </div>
      </section>
      {layout.left > 0 && <p className="gh-subtle">{`${layout.left} more guests are in the table only.`}</p>}
      <p className="gh-subtle">A dashed line is one of the guest’s next start, or of a network that is not active.</p>
      <section className="gh-part">
        <h2>As a table</h2>
        <NicsTable host={host} nics={nics} unread={attachments.data?.unread ?? 0} label="Network cards of all guests" showsSource />
      </section>
    </>
  );
}

function Node({ host, node }: { readonly host: HostId; readonly node: TopologyNode }) {
  const { column, row, name, detail, active, target } = node;
  const style = { insetInlineStart: column * COLUMN, insetBlockStart: row * ROW };
  const content = (
    <>
      <span className="gh-topology__name">
        <ForeignText text={name} />
      </span>
      {detail !== '' && (
        <span className="gh-topology__detail">
          <ForeignText text={detail} />
        </span>
      )}
    </>
  );
  const rest = { className: 'gh-topology__node', style, 'data-active': active, 'data-column': column };
  if (target === null) return <div {...rest}>{content}</div>;
  const href = target.kind === 'guest' ? paths.guest({ host, id: target.id }) : paths.network(host, target.id);
  return (
    <Link href={href} {...rest}>
      {content}
    </Link>
  );
}

interface LinesProps {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
  readonly rows: number;
}

function Lines({ nodes, edges, rows }: LinesProps) {
  const places = new Map(nodes.map((node) => [node.id, node]));
  return (
    <svg className="gh-topology__lines" width={3 * COLUMN + NODE.width} height={rows * ROW} aria-hidden="true">
      {edges.flatMap(({ from, to, active }) => {
        const [start, end] = [places.get(from), places.get(to)];
        if (start === undefined || end === undefined) return [];
        return [<path key={`${from} ${to}`} d={curve(start, end)} data-active={active && start.active} />];
      })}
    </svg>
  );
}

/** From the right edge of one to the left edge of the other. */
function curve(start: TopologyNode, end: TopologyNode): string {
  const x1 = start.column * COLUMN + NODE.width;
  const x2 = end.column * COLUMN;
  const y1 = start.row * ROW + NODE.height / 2;
  const y2 = end.row * ROW + NODE.height / 2;
  const bend = Math.min(32, (x2 - x1) / 2);
  return `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x1 + bend} ${y2}, ${x1 + 2 * bend} ${y2} L ${x2} ${y2}`;
}
