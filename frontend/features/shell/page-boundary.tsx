import { Component, type ReactNode } from 'react';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

const words = strings.broken;

interface State {
  broken: boolean;
}

/** Keeps the shell when a page fails, such as by a part of it that could not be fetched. React knows no other way than a class. */
export class PageBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { broken: false };

  static getDerivedStateFromError(): State {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <Notice
        tone="bad"
        title={words.title}
        action={<Button onClick={() => window.location.reload()}>{words.reload}</Button>}
      >
        <p>{words.text}</p>
      </Notice>
    );
  }
}
