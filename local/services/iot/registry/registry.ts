import { randomUUID } from 'node:crypto';
import type { Clock } from '../iot-options.ts';
import { IotError, notFound } from '../iot-error.ts';
import type { CertificateStatus, IotState, StateFile } from './state-file.ts';

export type CertificateRecord = IotState['certificates'][string];
export type ThingRecord = IotState['things'][string];

const maxPoliciesOfCertificate = 10;

/** Things, certificates and what is attached to what; every change is on the disk before it is answered. */
export interface Registry {
  thing(name: string): ThingRecord;
  createThing(name: string, attributes: Readonly<Record<string, string>>): ThingRecord;
  certificate(id: string): CertificateRecord;
  findCertificate(id: string): CertificateRecord | undefined;
  addCertificate(id: string, pem: string, status: CertificateStatus): void;
  setStatus(id: string, status: CertificateStatus): void;
  attachThing(thing: string, certificate: string): void;
  detachThing(thing: string, certificate: string): void;
  attachPolicy(policy: string, certificate: string): void;
  detachPolicy(policy: string, certificate: string): void;
  certificatesOf(thing: string): readonly string[];
}

/** @param policies names of the policies that the template made. */
export const openRegistry = (file: StateFile, policies: ReadonlySet<string>, clock: Clock): Registry => {
  const { things, certificates } = file.state;
  const thing = (name: string) => (Object.hasOwn(things, name) ? things[name] : undefined);
  const findCertificate = (id: string) => (Object.hasOwn(certificates, id) ? certificates[id] : undefined);
  const existing = {
    thing: (name: string) => thing(name) ?? notFound(`Thing ${name} does not exist`),
    certificate: (id: string) => findCertificate(id) ?? notFound(`Certificate ${id} does not exist`),
    policy: (name: string) => policies.has(name) || notFound(`Policy ${name} does not exist in the template`),
  };
  const change = (id: string, alter: (certificate: CertificateRecord) => void) => {
    alter(existing.certificate(id));
    file.save();
  };

  return {
    thing: existing.thing,
    certificate: existing.certificate,
    findCertificate,
    createThing: (name, attributes) => {
      const known = thing(name);
      if (known === undefined) {
        const made = { id: randomUUID(), attributes: { ...attributes }, version: 1 };
        things[name] = made;
        file.save();
        return made;
      }
      if (sameAttributes(known.attributes, attributes)) return known;
      throw new IotError(
        'ResourceAlreadyExistsException',
        409,
        `Thing ${name} already exists with other attributes`,
      );
    },
    addCertificate: (id, pem, status) => {
      certificates[id] = { pem, status, created: clock(), modified: clock(), policies: [], things: [] };
      file.save();
    },
    setStatus: (id, status) =>
      change(id, (certificate) => {
        if (certificate.status === 'REVOKED' && status !== 'REVOKED') {
          throw new IotError('CertificateStateException', 406, `Certificate ${id} is revoked and stays so`);
        }
        certificate.status = status;
        certificate.modified = clock();
      }),
    attachThing: (name, id) => {
      existing.thing(name);
      change(id, (certificate) => add(certificate.things, name));
    },
    detachThing: (name, id) => {
      existing.thing(name);
      change(id, (certificate) => remove(certificate.things, name));
    },
    attachPolicy: (name, id) => {
      existing.policy(name);
      change(id, (certificate) => {
        add(certificate.policies, name);
        if (certificate.policies.length <= maxPoliciesOfCertificate) return;
        remove(certificate.policies, name);
        throw new IotError(
          'LimitExceededException',
          410,
          `Certificate ${id} has ${maxPoliciesOfCertificate} policies already`,
        );
      });
    },
    detachPolicy: (name, id) => {
      existing.policy(name);
      change(id, (certificate) => remove(certificate.policies, name));
    },
    certificatesOf: (name) => {
      existing.thing(name);
      return Object.keys(certificates).filter((id) => certificates[id]?.things.includes(name));
    },
  };
};

const add = (names: string[], name: string): void => {
  if (!names.includes(name)) names.push(name);
};

const remove = (names: string[], name: string): void => {
  const at = names.indexOf(name);
  if (at >= 0) names.splice(at, 1);
};

const sameAttributes = (
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([key, value]) => other[key] === value);
