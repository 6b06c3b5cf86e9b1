import { useState } from 'react';
import { Button, ButtonLink, type ButtonLook } from '../../ui/button.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { CheckField, SelectField, TextArea, TextField, UnitsField } from '../../ui/field.tsx';
import { ChevronDown } from '../../ui/icons.tsx';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { Sample } from './sample.tsx';

const looks: readonly ButtonLook[] = ['primary', 'plain', 'danger', 'quiet'];

export function ControlSamples() {
  return (
    <>
      <Sample title="Button">
        {looks.map((look) => (
          <Button key={look} look={look}>
            {look}
          </Button>
        ))}
        <Button disabled>disabled</Button>
        <Button look="primary" disabled>
          disabled
        </Button>
        <Button look="primary" busy>
          busy
        </Button>
        <ButtonLink href="/gallery/">link</ButtonLink>
      </Sample>
      <Fields />
      <Sample title="Menu and dialog">
        <SampleMenu />
        <SampleDialog />
      </Sample>
    </>
  );
}

function Fields() {
  return (
    <Sample title="Fields" stacked>
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField label="Text" placeholder="Placeholder" />
        <TextField label="With a hint" hint="What it is for." defaultValue="Value" optional />
        <TextField label="With an error" error="What is wrong with it." defaultValue="Value" />
        <TextField label="Disabled field" disabled defaultValue="Value" />
        <UnitsField label="Units" defaultValue="10,000" />
        <TextField label="Day" type="date" defaultValue="2027-03-01" />
        <SelectField label="Choice">
          <option>One</option>
          <option>Two</option>
        </SelectField>
        <SelectField label="Several" multiple size={3}>
          <option>One</option>
          <option>Two</option>
        </SelectField>
        <TextArea label="Long text" rows={3} />
      </div>
      <CheckField label="Yes or no" defaultChecked />
      <CopyField
        label="To copy"
        value="keystone-agent enrol --url https://keystone.example.org/api --token 7f3a"
      />
    </Sample>
  );
}

function SampleMenu() {
  const [choice, setChoice] = useState('one');
  return (
    <Menu
      label="Sample menu"
      trigger={
        <>
          Menu <ChevronDown />
        </>
      }
      triggerClass="flex h-9 items-center gap-1.5 rounded-md border border-line px-3 font-medium"
    >
      <MenuChoice
        label="One of two"
        value={choice}
        options={[
          ['one', 'One'],
          ['two', 'Two'],
        ]}
        onChoose={setChoice}
      />
      <MenuSeparator />
      <MenuItem onSelect={() => undefined}>An action</MenuItem>
    </Menu>
  );
}

function SampleDialog() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Open a dialog</Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="A step apart"
        text="What it does, in a line or two."
      >
        <DialogActions>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button look="danger" onClick={() => setOpen(false)}>
            Do it
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
