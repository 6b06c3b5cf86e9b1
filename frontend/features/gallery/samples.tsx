import { ControlSamples } from './control-samples.tsx';
import { MessageSamples } from './message-samples.tsx';
import { RecordSamples } from './record-samples.tsx';
import { UsageSamples } from './usage-samples.tsx';

export const Samples = () => (
  <>
    <ControlSamples />
    <MessageSamples />
    <RecordSamples />
    <UsageSamples />
  </>
);
