/** Credentials as the SDK's clients know them. */
interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/**
 * Stands in a function's bundle for the SDK's chain of credential sources (cdk/bundling.ts): Lambda puts a function's
 * credentials into its environment and nowhere else, and the other sources are a sixth of the bundle.
 *
 * @throws Error where the environment holds none
 */
export const defaultProvider = () => async (): Promise<Credentials> => {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  if (!accessKeyId || !secretAccessKey)
    throw new Error(
      'no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, where Lambda puts them',
    );
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
};
