import { limits } from './limits.ts';

const ingestPrefix = '$aws/rules/';

export interface BasicIngest {
  readonly rule: string;
  /** The topic as the rule sees it: without the prefix and the rule's name. */
  readonly rest: string;
}

/** Reads a Basic Ingest topic; undefined for every other. */
export const parseBasicIngest = (topic: string): BasicIngest | undefined => {
  if (!topic.startsWith(ingestPrefix)) return undefined;
  const [rule = '', ...rest] = topic.slice(ingestPrefix.length).split('/');
  return { rule, rest: rest.join('/') };
};

/** Says why a topic cannot be published to, or undefined. The prefix of Basic Ingest counts neither bytes nor slashes. */
export const publishTopicRefusal = (topic: string): string | undefined => {
  if (/[+#\0]/.test(topic)) return 'a topic to publish to has no wildcards';
  const ingest = parseBasicIngest(topic);
  if (ingest === undefined && topic.startsWith('$')) return 'topics under $ are reserved';
  if (ingest?.rule === '') return 'a Basic Ingest topic names its rule';
  return sizeRefusal(ingest === undefined ? topic : ingest.rest);
};

/** Says why a filter cannot be subscribed to, or undefined. */
export const filterRefusal = (filter: string): string | undefined => {
  if (filter.startsWith('$')) return 'nobody can subscribe to reserved topics here';
  if (!filter.split('/').every(isFilterLevel) || /#./s.test(filter))
    return 'a wildcard fills a level, and # the last one';
  return sizeRefusal(filter);
};

const isFilterLevel = (level: string): boolean => level === '+' || level === '#' || !/[+#\0]/.test(level);

const sizeRefusal = (topic: string): string | undefined => {
  if (topic === '') return 'the topic is empty';
  if (Buffer.byteLength(topic) > limits.topicBytes) return `a topic has at most ${limits.topicBytes} bytes`;
  if (topic.split('/').length - 1 > limits.topicSlashes)
    return `a topic has at most ${limits.topicSlashes} slashes`;
  return undefined;
};

/** Tells whether a filter with MQTT's wildcards takes a topic. */
export const filterTakes = (filter: string, topic: string): boolean => {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  // A wildcard in the first place does not take reserved topics.
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const rest = wanted.indexOf('#');
  const fixed = rest < 0 ? wanted : wanted.slice(0, rest);
  // `a/#` takes `a` too.
  if (rest < 0 ? levels.length !== fixed.length : levels.length < fixed.length) return false;
  return fixed.every((level, at) => level === '+' || level === levels[at]);
};
