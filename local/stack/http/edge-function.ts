import { createContext, Script } from 'node:vm';
import * as z from 'zod';

/** What the site's edge function may answer: another address to read, or an answer of its own. */
const resultSchema = z.union([
  z.object({ uri: z.string() }),
  z.object({
    statusCode: z.int(),
    headers: z.record(z.string(), z.object({ value: z.string() })).default({}),
  }),
]);
export type EdgeResult = z.infer<typeof resultSchema>;

/** Ends a loop without end. CloudFront allows about a millisecond of computing; here a busy machine may hold the thread up. */
const MILLISECONDS = 5_000;

/** Runs a CloudFront Function of the template on viewer requests. The code is the template's own, byte for byte. */
export function createEdgeFunction(code: string): (method: string, target: string) => EdgeResult {
  const context = createContext({});
  new Script(code, { filename: 'cloudfront-function.js' }).runInContext(context, { timeout: MILLISECONDS });
  const call = new Script('JSON.stringify(handler(JSON.parse(input)))');
  return (method, target) => {
    const url = new URL(target, 'http://localhost');
    const querystring: Record<string, { value: string; multiValue?: { value: string }[] }> = {};
    for (const name of new Set(url.searchParams.keys())) {
      const values = url.searchParams.getAll(name).map(encodeURIComponent);
      querystring[encodeURIComponent(name)] = {
        value: values.at(-1) ?? '',
        ...(values.length > 1 && { multiValue: values.map((value) => ({ value })) }),
      };
    }
    const request = { method, uri: url.pathname, querystring, headers: {}, cookies: {} };
    context['input'] = JSON.stringify({ version: '1.0', request });
    return resultSchema.parse(JSON.parse(String(call.runInContext(context, { timeout: MILLISECONDS }))));
  };
}
