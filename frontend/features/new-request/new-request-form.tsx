import { zodResolver } from '@hookform/resolvers/zod';
import { mayUseCluster } from '@keystone/shared/domain/cluster-access.ts';
import {
  useForm,
  useWatch,
  type FieldErrors,
  type UseFormRegister,
  type UseFormRegisterReturn,
} from 'react-hook-form';
import type { Cluster } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField, UnitsField } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { amountField, draftOf, requestFormSchema, type RequestForm } from './request-form-schema.ts';
import { UnfinishedRequest } from './unfinished-request.tsx';
import type { TeamOption } from './use-request-options.ts';
import { useSendRequest } from './use-send-request.ts';

const words = strings.newRequest;

interface NewRequestFormProps {
  teams: readonly TeamOption[];
  clusters: readonly Cluster[];
  /** True while teams and clusters are not there: the form can be read, and not filled in. */
  waiting?: boolean;
}

export function NewRequestForm({ teams, clusters, waiting = false }: NewRequestFormProps) {
  const { sending, unfinished } = useSendRequest();
  const form = useForm<RequestForm>({
    resolver: zodResolver(requestFormSchema),
    defaultValues: {
      team: teams.length === 1 ? String(teams[0]?.id) : '',
      title: '',
      description: '',
      amounts: {},
    },
  });
  const { errors } = form.formState;
  const team = useWatch({ control: form.control, name: 'team' });
  const open = clusters.filter((cluster) => (team ? mayUseCluster(cluster, Number(team)) : cluster.enabled));
  const send = form.handleSubmit((values) => {
    const draft = draftOf(values, open);
    if (draft.amounts.length === 0) return form.setError('root.none', { message: words.errors.none });
    sending.mutate(draft);
  });
  return (
    <form noValidate className="flex flex-col gap-6" onSubmit={(event) => void send(event)}>
      <fieldset disabled={waiting || unfinished !== undefined} className="flex flex-col gap-5">
        <TeamField teams={teams} field={form.register('team')} error={errors.team?.message} />
        <TextField label={words.requestTitle} error={errors.title?.message} {...form.register('title')} />
        <TextArea
          label={words.description}
          hint={words.descriptionHint}
          error={errors.description?.message}
          {...form.register('description')}
        />
        <Amounts clusters={waiting ? undefined : open} register={form.register} errors={errors} />
      </fieldset>
      {unfinished && <UnfinishedRequest error={unfinished} busy={sending.isPending} />}
      {sending.error && !unfinished && <ProblemNotice error={sending.error} />}
      {!unfinished && (
        <div>
          <Button
            type="submit"
            look="primary"
            disabled={waiting}
            busy={sending.isPending || sending.isSuccess}
          >
            {sending.isPending ? words.sending : words.submit}
          </Button>
        </div>
      )}
    </form>
  );
}

interface TeamFieldProps {
  teams: readonly TeamOption[];
  field: UseFormRegisterReturn<'team'>;
  error: string | undefined;
}

function TeamField({ teams, field, error }: TeamFieldProps) {
  return (
    <SelectField label={words.team} hint={words.teamHint} error={error} {...field}>
      <option value="">{words.chooseTeam}</option>
      {teams.map(({ id, name, slug }) => (
        <option key={id} value={id}>
          {name === slug ? name : `${name} (${slug})`}
        </option>
      ))}
    </SelectField>
  );
}

interface AmountsProps {
  /** Undefined until they are there. */
  clusters: readonly Cluster[] | undefined;
  register: UseFormRegister<RequestForm>;
  errors: FieldErrors<RequestForm>;
}

function Amounts({ clusters, register, errors }: AmountsProps) {
  const none = errors.root?.['none']?.message;
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="text-base font-semibold">{words.clusters}</legend>
      <p className="text-soft">{words.clustersHint}</p>
      {!clusters && <Skeleton rows={1} />}
      {clusters?.length === 0 && <p className="font-medium">{words.noClusters}</p>}
      <div className="grid gap-4 sm:grid-cols-2">
        {clusters?.map(({ id, name, description }) => (
          <UnitsField
            key={id}
            label={words.amount(name)}
            hint={description ?? undefined}
            error={errors.amounts?.[`c${id}`]?.message}
            {...register(amountField(id))}
          />
        ))}
      </div>
      {none && (
        <p role="alert" className="font-medium text-bad">
          {none}
        </p>
      )}
    </fieldset>
  );
}
