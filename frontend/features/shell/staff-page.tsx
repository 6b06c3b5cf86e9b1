import { useState, type ComponentType, type ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/notice.tsx';
import { ForStaff } from '../auth/session.tsx';
import { Page } from './page.tsx';

interface StaffPageProps {
  words: { title: string; about: string; create: string; staffOnly: string; staffOnlyText: string };
  /** Stands in the exported page, in the shape of what comes. */
  loading: ReactNode;
  /** Adds one of what the page lists. */
  CreateDialog: ComponentType<{ onClose: () => void }>;
  /** @param create opens the dialog */
  children: (create: () => void) => ReactNode;
}

/** A page of records that staff looks after and adds to; everybody else is told whose they are. */
export function StaffPage({ words, loading, CreateDialog, children }: StaffPageProps) {
  const [creating, setCreating] = useState(false);
  const create = () => setCreating(true);
  return (
    <Page
      title={words.title}
      about={words.about}
      action={
        <ForStaff>
          <Button look="primary" onClick={create}>
            {words.create}
          </Button>
        </ForStaff>
      }
      loading={loading}
    >
      <ForStaff otherwise={<EmptyState title={words.staffOnly} text={words.staffOnlyText} />}>
        {children(create)}
        {creating && <CreateDialog onClose={() => setCreating(false)} />}
      </ForStaff>
    </Page>
  );
}
