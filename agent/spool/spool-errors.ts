/** What lies in the spool was written by another version of the agent; it is whole, so nothing of it is thrown away. */
export class SpoolOfAnotherVersion extends Error {
  override readonly name = 'SpoolOfAnotherVersion';

  /** @param file its name in the state folder */
  constructor(file: string, options?: ErrorOptions) {
    super(
      `${file} in the state folder was written by another version of the agent; run that version, or a later one. ` +
        'Or move the folder spool away and enrol anew (keystone-agent enrol --force), so that what is sent counts as ' +
        'newer: finished runs of the last days are read from the scheduler once more, and the ledger takes each once',
      options,
    );
  }
}
