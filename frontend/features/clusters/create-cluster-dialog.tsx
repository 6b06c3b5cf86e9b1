import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import * as z from 'zod/mini';
import type { AccessMode } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useActiveTeams } from '../teams/use-teams.ts';
import { useCreateCluster, type NewCluster } from './use-clusters.ts';

const words = strings.clusters;
const modes: readonly AccessMode[] = ['OP', 'WL', 'BL'];

const clusterFormSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, words.errors.name), z.maxLength(50, words.errors.name)),
  description: z.string().check(z.trim(), z.maxLength(150, words.errors.description)),
  enabled: z.boolean(),
  mode: z.enum(['OP', 'WL', 'BL']),
  teams: z.array(z.string()),
});
type ClusterForm = z.infer<typeof clusterFormSchema>;

const clusterOf = ({ name, description, enabled, mode, teams }: ClusterForm): NewCluster => ({
  name,
  description: description === '' ? null : description,
  enabled,
  access_mode: mode,
  access_teams: mode === 'OP' ? [] : teams.map(Number),
});

export function CreateClusterDialog({ onClose }: { onClose: () => void }) {
  const creating = useCreateCluster();
  const { register, control, handleSubmit, formState } = useForm<ClusterForm>({
    resolver: zodResolver(clusterFormSchema),
    defaultValues: { name: '', description: '', enabled: true, mode: 'OP', teams: [] },
  });
  const { errors } = formState;
  const mode = useWatch({ control, name: 'mode' });
  const create = handleSubmit((form) => creating.mutate(clusterOf(form), { onSuccess: onClose }));
  return (
    <Dialog open onClose={onClose} title={words.create}>
      <form noValidate className="flex flex-col gap-4" onSubmit={(event) => void create(event)}>
        <TextField
          label={words.name}
          hint={words.nameHint}
          error={errors.name?.message}
          {...register('name')}
        />
        <TextField
          label={words.description}
          optional
          error={errors.description?.message}
          {...register('description')}
        />
        <SelectField label={words.access} {...register('mode')}>
          {modes.map((value) => (
            <option key={value} value={value}>
              {words.accessMode[value]}
            </option>
          ))}
        </SelectField>
        {mode !== 'OP' && <ListedTeams select={register('teams')} />}
        <CheckField label={words.enabled} {...register('enabled')} />
        {creating.error && <ProblemNotice error={creating.error} />}
        <DialogActions>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={creating.isPending}>
            {words.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** The teams that a list names; asked for only where there is a list. */
function ListedTeams({
  select,
}: {
  select: ReturnType<ReturnType<typeof useForm<ClusterForm>>['register']>;
}) {
  const { data, error, refetch } = useActiveTeams();
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  return (
    <SelectField label={words.accessTeams} multiple size={6} {...select}>
      {data?.results.map(({ id, name, slug }) => (
        <option key={id} value={id}>
          {name} ({slug})
        </option>
      ))}
    </SelectField>
  );
}
