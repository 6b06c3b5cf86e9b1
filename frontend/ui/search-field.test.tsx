import { describe, expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { SearchField } from './search-field.tsx';

const fieldOf = (value: string, onSearch = jest.fn()) => (
  <SearchField label="Search" value={value} onSearch={onSearch} />
);
const type = (value: string) => fireEvent.change(screen.getByLabelText('Search'), { target: { value } });

describe('a field to search by', () => {
  it('searches once, when the typing rests', async () => {
    const onSearch = jest.fn();
    render(fieldOf('', onSearch));
    type('fo');
    type('foam ');
    expect(onSearch).not.toHaveBeenCalled();
    await waitFor(() => expect(onSearch.mock.calls).toEqual([['foam']]));
  });

  it('searches at once by Enter', () => {
    const onSearch = jest.fn();
    render(fieldOf('', onSearch));
    type('foam');
    fireEvent.submit(screen.getByRole('search'));
    expect(onSearch.mock.calls).toEqual([['foam']]);
  });

  it('shows what is searched for when that changes elsewhere, and keeps what is being typed', () => {
    const { rerender } = render(fieldOf('foam'));
    rerender(fieldOf(''));
    expect(screen.getByLabelText('Search')).toHaveValue('');
    type('foam and ');
    rerender(fieldOf('foam and'));
    expect(screen.getByLabelText('Search')).toHaveValue('foam and ');
  });
});
