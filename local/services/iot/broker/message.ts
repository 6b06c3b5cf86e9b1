/** A published message as the rules see it. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  /** What `clientid()` says: the device's client id, or `n/a` for the data plane. */
  readonly clientId: string;
  /** What `principal()` says: the id of the device's certificate, or the caller of the data plane. */
  readonly principal: string;
}
