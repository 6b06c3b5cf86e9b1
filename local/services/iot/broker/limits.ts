/** The message broker's limits (AWS IoT Core endpoints and quotas); none of these can be raised by asking. */
export const limits = {
  payloadBytes: 128 * 1024,
  publishesPerSecond: 100,
  connectsPerSecondOfClient: 1,
  clientIdBytes: 128,
  topicBytes: 256,
  topicSlashes: 7,
  topicsPerSubscribe: 8,
  subscriptionsPerConnection: 50,
  sessionMs: 60 * 60_000,
  keepAliveSeconds: { min: 30, max: 1_200 },
} as const;
