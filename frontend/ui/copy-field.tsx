import { useId, useRef, useState } from 'react';
import { strings } from '../lib/strings.ts';
import { Button } from './button.tsx';

/** Text to take along, such as a command, with a button that copies it. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const id = useId();
  const [copied, setCopied] = useState(false);
  const shown = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // Not allowed here: marked, so that the keyboard's copy takes it.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
    }
  };
  return (
    <div className="flex flex-col gap-1">
      <span id={id} className="font-medium">
        {label}
      </span>
      <div className="flex items-start gap-2">
        <code
          ref={shown}
          aria-labelledby={id}
          role="textbox"
          aria-readonly="true"
          tabIndex={0}
          className="min-w-0 flex-1 rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs wrap-anywhere"
        >
          {value}
        </code>
        <Button onClick={() => void copy()} aria-label={`${strings.common.copy}: ${label}`}>
          {copied ? strings.common.copied : strings.common.copy}
        </Button>
      </div>
    </div>
  );
}
