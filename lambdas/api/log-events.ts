/** One constant for each event that the API logs. */
export const logEvents = {
  answered: 'api.answered',
  failed: 'api.failed',
  signedIn: 'api.signed-in',
  signInFailed: 'api.sign-in-failed',
  signInDelayed: 'api.sign-in-delayed',
  enrolled: 'api.agent-enrolled',
  enrolmentRefused: 'api.enrolment-refused',
  partDown: 'api.part-down',
} as const;
