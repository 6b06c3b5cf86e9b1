import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { functions } from '@keystone/cdk/functions.ts';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import * as z from 'zod';
import { root } from '../support/child.ts';
import type { Sample } from './alarm-rule.ts';
import { apiId, functionNamed } from './deployment.ts';

/** What CloudWatch would be told of a call of a function: that it was called, and whether it failed. */
export async function observeFunction(
  name: FunctionName,
  at: number,
  work: () => Promise<unknown>,
): Promise<Sample[]> {
  const told = (metric: string, value: number): Sample => ({
    namespace: 'AWS/Lambda',
    metric,
    dimensions: { FunctionName: functionNamed(name).FunctionName },
    value,
    at,
  });
  try {
    await work();
    return [told('Invocations', 1), told('Errors', 0)];
  } catch {
    return [told('Invocations', 1), told('Errors', 1)];
  }
}

/** Starts a function's own entry as Lambda does before its first call, with the template's variables or without one. */
export function startEntry(name: FunctionName, missing?: string): Promise<void> {
  const { Variables } = functionNamed(name).Environment;
  const own = Object.entries(Variables).filter(([variable]) => variable !== missing);
  const env = { ...Object.fromEntries(own), PATH: process.env['PATH'] ?? '', AWS_REGION: 'eu-west-1' };
  const code = `await import(${JSON.stringify(join(root, functions[name].entry))})`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env, timeout: 60_000 });
  return status === 0 ? Promise.resolve() : Promise.reject(new Error(stderr.toString().slice(-500)));
}

/** What API Gateway tells of an answer. */
export const observeAnswer = (status: number, latency: number, at: number): Sample[] =>
  [
    ['5xx', status >= 500 ? 1 : 0],
    ['Latency', latency],
  ].map(([metric, value]) => ({
    namespace: 'AWS/ApiGateway',
    metric: String(metric),
    dimensions: { ApiId: apiId },
    value: Number(value),
    at,
  }));

const metricsLineSchema = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** What a function counts while it works, from the lines of CloudWatch's embedded format that it prints. */
export async function observeCounts(at: number, work: () => Promise<unknown>): Promise<Sample[]> {
  const samples: Sample[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    samples.push(...samplesIn(String(chunk), at));
    return true;
  });
  try {
    await work().catch(() => undefined);
  } finally {
    spy.mockRestore();
  }
  return samples;
}

function samplesIn(text: string, at: number): Sample[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{"_aws"') || line.includes('CloudWatchMetrics'))
    .flatMap((line) => {
      const values = metricsLineSchema.parse(JSON.parse(line));
      return values._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap((names) =>
          Metrics.flatMap(({ Name }) =>
            [values[Name]].flat().map((value) => ({
              namespace: Namespace,
              metric: Name,
              dimensions: Object.fromEntries(names.map((name) => [name, String(values[name])])),
              value: Number(value),
              at,
            })),
          ),
        ),
      );
    });
}
