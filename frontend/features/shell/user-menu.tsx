import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { User } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { chooseTheme, themeChoices, useThemeChoice } from '../../lib/theme.ts';
import { ChevronDown } from '../../ui/icons.tsx';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useSignOut } from '../auth/session.tsx';

const words = strings.account;

const themes = themeChoices.map((choice) => [choice, words.themes[choice]] as const);

const ChangePasswordDialog = dynamic(
  () => import('../account/change-password-dialog.tsx').then((module) => module.ChangePasswordDialog),
  { ssr: false },
);

export function UserMenu({ user }: { user: User }) {
  const [changing, setChanging] = useState(false);
  const theme = useThemeChoice();
  const signOut = useSignOut();
  return (
    <>
      {signOut.error && (
        <div className="fixed right-4 bottom-4 left-4 z-50 sm:left-auto sm:w-96">
          <ProblemNotice error={signOut.error} onRetry={() => signOut.mutate()} />
        </div>
      )}
      <Menu
        label={words.menu(user.display_name)}
        triggerClass="flex h-9 max-w-48 cursor-pointer items-center gap-1.5 rounded-md px-2 font-medium hover:bg-sunken data-popup-open:bg-sunken"
        trigger={
          <>
            <span className="truncate">{user.display_name}</span>
            <ChevronDown />
          </>
        }
      >
        <p className="px-2.5 py-1.5">
          <span className="block font-mono text-xs">{user.username}</span>
          {user.is_staff && <span className="text-xs text-soft">{words.staff}</span>}
        </p>
        <MenuSeparator />
        <MenuChoice label={words.theme} value={theme} options={themes} onChoose={chooseTheme} />
        <MenuSeparator />
        {/* A directory keeps the password of its own people. */}
        {!user.is_ldap_user && (
          <MenuItem onSelect={() => setChanging(true)}>{words.password.submit}</MenuItem>
        )}
        <MenuItem onSelect={() => signOut.mutate()}>{words.signOut}</MenuItem>
      </Menu>
      {changing && <ChangePasswordDialog user={user} onClose={() => setChanging(false)} />}
    </>
  );
}
