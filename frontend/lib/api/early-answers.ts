const NAME = 'keystoneEarly';
/** Later than this an answer may be old, and nobody waits for it any more. */
const FRESH_MS = 30_000;

/** Answers on their way by address, from the site's root; undefined for one that did not come. */
type EarlyAnswers = Map<string, Promise<Response | undefined>>;

function earlyAnswers(): EarlyAnswers {
  const found: unknown = Reflect.get(globalThis, NAME);
  if (found instanceof Map) return found;
  const answers: EarlyAnswers = new Map();
  Reflect.set(globalThis, NAME, answers);
  return answers;
}

/** Asks for an address before the page can, and keeps the answer for it. Undefined where there is no good one. */
export async function askEarly(address: string): Promise<Response | undefined> {
  const asked = fetch(address).catch(() => undefined);
  earlyAnswers().set(address, asked);
  const answer = await asked;
  // The page reads the body of the one that is kept.
  return answer?.ok ? answer.clone() : undefined;
}

/**
 * `fetch`, where the first question for an address gets the answer that was asked for early. After a write every such
 * answer may be wrong, and none is used.
 */
export async function fetchWithEarlyAnswers(
  request: Request,
  now = () => performance.now(),
): Promise<Response> {
  const answers = earlyAnswers();
  if (request.method !== 'GET' || now() > FRESH_MS) answers.clear();
  const { pathname, search } = new URL(request.url);
  const early = answers.get(pathname + search);
  answers.delete(pathname + search);
  return (await early) ?? fetch(request);
}
