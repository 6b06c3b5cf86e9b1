import { ControlSamples } from './control-samples.tsx';
import { MessageSamples } from './message-samples.tsx';
import { RecordSamples } from './record-samples.tsx';

export const Samples = () => (
  <>
    <ControlSamples />
    <MessageSamples />
    <RecordSamples />
  </>
);
