import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { TextField } from './field.tsx';

const REST_MS = 300;
const LONGEST = 200;

interface SearchFieldProps {
  label: string;
  /** What is searched for now. */
  value: string;
  /** Called once the typing rests, or at once by Enter. */
  onSearch: (search: string) => void;
  className?: string;
}

/** A field to search a list by. It follows what is searched for where that changes elsewhere, such as by a way back. */
export function SearchField({ label, value, onSearch, className }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [followed, setFollowed] = useState(value);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(resting.current), []);
  if (value !== followed) {
    setFollowed(value);
    if (value !== text.trim()) setText(value);
  }
  const search = (typed: string) => {
    clearTimeout(resting.current);
    if (typed.trim() !== value) onSearch(typed.trim());
  };
  const type = (typed: string) => {
    setText(typed);
    clearTimeout(resting.current);
    resting.current = setTimeout(() => search(typed), REST_MS);
  };
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    search(text);
  };
  return (
    <form role="search" className={className} onSubmit={send}>
      <TextField
        label={label}
        type="search"
        value={text}
        maxLength={LONGEST}
        autoComplete="off"
        onChange={(event) => type(event.target.value)}
      />
    </form>
  );
}
