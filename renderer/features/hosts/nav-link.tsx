import type { KeyboardEventHandler, ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

interface NavLinkProps {
  readonly href: string;
  readonly icon?: ReactNode;
  readonly indent?: boolean;
  readonly children: ReactNode;
  readonly onKeyDown?: KeyboardEventHandler;
}

/** A line of the sidebar; marked while its page is shown. */
export function NavLink({ href, icon, indent = false, children, onKeyDown }: NavLinkProps) {
  const [location] = useLocation();
  return (
    <Link href={href} className="gh-nav" data-indent={indent} aria-current={location === href ? 'page' : undefined} onKeyDown={onKeyDown}>
      {icon !== undefined && <span className="gh-nav__icon">{icon}</span>}
      <span className="gh-nav__text">{children}</span>
    </Link>
  );
}
