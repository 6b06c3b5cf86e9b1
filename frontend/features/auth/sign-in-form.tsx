import { dataOf } from '@keystone/client/client.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/router';
import { useState, type SubmitEvent } from 'react';
import { useApi } from '../../lib/api/api-context.tsx';
import { useHydrated } from '../../lib/hydrated.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { nextPath } from './next-path.ts';

const words = strings.signIn;

interface Credentials {
  username: string;
  password: string;
}

/** What stands in the form. Read when it is sent, so that what was typed before the page ran is not lost. */
function credentialsIn(form: HTMLFormElement): Credentials | undefined {
  const data = new FormData(form);
  const [username, password] = [data.get('username'), data.get('password')];
  if (typeof username !== 'string' || typeof password !== 'string') return undefined;
  return username.trim() === '' || password === '' ? undefined : { username: username.trim(), password };
}

/** Two fields need no form library: this page is the first that a person loads. */
export function SignInForm() {
  const hydrated = useHydrated();
  const signIn = useSignIn();
  const [incomplete, setIncomplete] = useState(false);
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const credentials = credentialsIn(event.currentTarget);
    setIncomplete(credentials === undefined);
    if (credentials && !signIn.isPending) signIn.mutate(credentials);
  };
  return (
    // Before the page answers to a person, `post` keeps a password out of the address.
    <form method="post" noValidate className="flex flex-col gap-4" onSubmit={send}>
      {incomplete && <Notice tone="bad">{words.missing}</Notice>}
      {signIn.error && !incomplete && <ProblemNotice error={signIn.error} />}
      <TextField
        label={words.username}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={150}
      />
      <TextField
        label={words.password}
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={128}
      />
      <Button type="submit" look="primary" disabled={!hydrated} busy={signIn.isPending || signIn.isSuccess}>
        {words.submit}
      </Button>
    </form>
  );
}

function useSignIn() {
  const api = useApi();
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (body: Credentials) => dataOf(api.POST('/authentication/login/', { body })),
    onSuccess: async (user) => {
      // Nothing that another person read before stays to be seen.
      queries.clear();
      queries.setQueryData(['session'], user);
      await router.replace(nextPath(router.query['next']));
    },
  });
}
