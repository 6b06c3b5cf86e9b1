import Link from 'next/link';
import { useRouter } from 'next/router';
import type { ReactNode } from 'react';
import { strings } from '../../lib/strings.ts';
import { classNames } from '../../ui/class-names.ts';
import { useSession } from '../auth/session.tsx';
import { AccountCorner } from './account-corner.tsx';

/** The bar on top and the page below it. */
export function AppShell({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded focus:bg-raised focus:px-3 focus:py-2"
      >
        {strings.nav.skip}
      </a>
      <TopBar />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl flex-1 px-4 py-6 outline-none sm:px-6"
      >
        {children}
      </main>
    </div>
  );
}

function TopBar() {
  const { data: user } = useSession();
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-6 px-4 sm:h-14 sm:flex-nowrap sm:px-6">
        <Link href="/" className="py-2 text-base font-semibold tracking-tight">
          {strings.product}
        </Link>
        <nav
          aria-label={strings.nav.label}
          className="order-last -mx-2 w-[calc(100%+1rem)] sm:order-none sm:mx-0 sm:w-auto"
        >
          <ul className="flex overflow-x-auto sm:gap-1">
            <NavLink href="/">{strings.nav.home}</NavLink>
            <NavLink href="/requests/">{strings.nav.requests}</NavLink>
            <NavLink href="/teams/">{strings.nav.teams}</NavLink>
            {user?.is_staff && <NavLink href="/clusters/">{strings.nav.clusters}</NavLink>}
            {user?.is_staff && <NavLink href="/people/">{strings.nav.people}</NavLink>}
          </ul>
        </nav>
        <div className="ml-auto flex h-9 items-center">{user && <AccountCorner user={user} />}</div>
      </div>
    </header>
  );
}

function NavLink({ href, children }: { href: string; children: string }) {
  const { pathname } = useRouter();
  const section = href.replace(/\/$/, '');
  const current =
    href === '/' ? pathname === '/' : pathname === section || pathname.startsWith(`${section}/`);
  return (
    <li>
      <Link
        href={href}
        aria-current={current ? 'page' : undefined}
        className={classNames(
          'block rounded-md px-2 py-1.5 font-medium sm:px-2.5',
          current ? 'bg-accent-wash text-accent' : 'text-soft hover:text-ink',
        )}
      >
        {children}
      </Link>
    </li>
  );
}
