/** One connection to the broker, good until it ended; it is never used again after that. */
export interface Session {
  /** Resolves when the broker has taken the message (QoS 1); that says nothing of the ledger. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
  subscribe(topic: string, onMessage: (payload: Uint8Array) => void): Promise<void>;
  /** Resolves with the reason once the connection is gone. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** The way to the cloud. A session starts clean: whatever was on its way before is sent again by who needs it. */
export interface Transport {
  connect(): Promise<Session>;
}
