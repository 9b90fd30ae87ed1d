import type { KeyboardEventHandler, ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

interface NavLinkProps {
  readonly href: string;
  readonly icon?: ReactNode;
  readonly indent?: boolean;
  /** False: another line of the tree stands for this page. */
  readonly marked?: boolean;
  /** Addresses that begin so are of this line too. */
  readonly within?: string | undefined;
  readonly children: ReactNode;
  readonly onKeyDown?: KeyboardEventHandler;
}

/** A line of the sidebar; marked while its page is shown. */
export function NavLink({ href, icon, indent = false, marked = true, within, children, onKeyDown }: NavLinkProps) {
  const [location] = useLocation();
  return (
    <Link
      href={href}
      className="gh-nav"
      data-indent={indent}
      aria-current={marked && (location === href || (within !== undefined && location.startsWith(within))) ? 'page' : undefined}
      onKeyDown={onKeyDown}
    >
      {icon !== undefined && <span className="gh-nav__icon">{icon}</span>}
      <span className="gh-nav__text">{children}</span>
    </Link>
  );
}
