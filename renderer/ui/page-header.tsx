import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: ReactNode;
  readonly detail?: ReactNode;
  readonly children?: ReactNode;
}

/** One line over a page: what it is, and what can be done with all of it. */
export function PageHeader({ title, detail, children }: PageHeaderProps) {
  return (
    <header className="gh-header">
      <h1 className="gh-header__title">{title}</h1>
      {detail !== undefined && <span className="gh-header__detail">{detail}</span>}
      <div className="gh-header__tools">{children}</div>
    </header>
  );
}
