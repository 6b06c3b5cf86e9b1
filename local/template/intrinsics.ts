/** A value of a template, before or after its functions were resolved. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

/** What Ref and Fn::GetAtt of a resource come to here. */
export interface Attributes {
  ref: string;
  get: Readonly<Record<string, string>>;
}

export interface Scope {
  /** Resources of this template by logical id. */
  resources: ReadonlyMap<string, Attributes>;
  parameters: Readonly<Record<string, string>>;
  /** Values that other stacks of the app export, by name. */
  imports: ReadonlyMap<string, string>;
  /** Where the template stands, for errors. */
  template: string;
}

/** The template asks for something that the local stack does not know; the message names it. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

/** Pseudo parameters of one made-up account. */
export const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': '000000000000',
  'AWS::Region': 'eu-west-1',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Replaces every intrinsic function in a value by what it comes to. @throws TemplateError by name, for what it does not know */
export function resolve(value: Value, scope: Scope): Value {
  if (Array.isArray(value))
    return value.map((inner) => resolve(inner, scope)).filter((inner) => inner !== undefinedValue);
  if (value === null || typeof value !== 'object') return value;
  const [[name, argument] = ['', null], ...rest] = Object.entries(value);
  if (rest.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return call(name, argument, scope);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, Value] => [key, resolve(inner, scope)])
      .filter(([, inner]) => inner !== undefinedValue),
  );
}

/** What a reference to AWS::NoValue comes to: the property that holds it is left out. */
const undefinedValue = 'AWS::NoValue\u0000';

function call(name: string, argument: Value, scope: Scope): Value {
  switch (name) {
    case 'Ref':
      return reference(text(argument), scope);
    case 'Fn::GetAtt':
      return attribute(argument, scope);
    case 'Fn::Join': {
      const [separator, parts] = list(resolve(argument, scope));
      return list(parts).map(text).join(text(separator));
    }
    case 'Fn::Select': {
      const [index, parts] = list(resolve(argument, scope));
      return list(parts)[Number(index)] ?? fail(scope, `Fn::Select ${String(index)} is outside its list`);
    }
    case 'Fn::Split': {
      const [separator, whole] = list(resolve(argument, scope));
      return text(whole).split(text(separator));
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::ImportValue': {
      const wanted = text(resolve(argument, scope));
      return scope.imports.get(wanted) ?? fail(scope, `no stack before it exports ${wanted}`);
    }
    default:
      return fail(scope, `the function ${name} is not known; add it to local/template/intrinsics.ts`);
  }
}

function reference(id: string, scope: Scope): string {
  if (id === 'AWS::NoValue') return undefinedValue;
  const known = pseudoParameters[id] ?? scope.parameters[id] ?? scope.resources.get(id)?.ref;
  return known ?? fail(scope, `Ref ${id} names nothing`);
}

function attribute(argument: Value, scope: Scope): string {
  const [id = '', ...path] = (typeof argument === 'string' ? argument.split('.') : list(argument)).map(text);
  const name = path.join('.');
  const known = scope.resources.get(id)?.get[name];
  return (
    known ??
    fail(scope, `attribute ${name} of ${id} is not known; add it to local/template/resource-attributes.ts`)
  );
}

function substitute(argument: Value, scope: Scope): string {
  const [pattern, given] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = resolve(given ?? {}, scope);
  return text(pattern ?? null).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const own =
      variables !== null && typeof variables === 'object' && !Array.isArray(variables)
        ? variables[name]
        : undefined;
    if (own !== undefined) return text(own);
    return name.includes('.') ? attribute(name, scope) : reference(name, scope);
  });
}

export function text(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`expected a text in the template, found ${JSON.stringify(value)}`);
}

export function list(value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`expected a list in the template, found ${JSON.stringify(value)}`);
}

function fail(scope: Scope, message: string): never {
  throw new TemplateError(`${scope.template}: ${message}`);
}
