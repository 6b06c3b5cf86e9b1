import { strings } from '../../lib/strings.ts';
import { PageTitle } from '../shell/page-title.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SignInForm } from './sign-in-form.tsx';

export function SignInPage() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 px-4 py-10">
      <PageTitle>{strings.signIn.title}</PageTitle>
      <p className="text-lg font-semibold tracking-tight">{strings.product}</p>
      <Panel className="flex flex-col gap-5 p-6">
        <h1 className="text-xl font-semibold tracking-tight">{strings.signIn.title}</h1>
        <SignInForm />
      </Panel>
    </main>
  );
}
