import type { IncomingHttpHeaders } from 'node:http';
import { IotError } from '../iot-error.ts';

/**
 * Reads who signed a request: the access key id of its Signature Version 4. The signature itself is not checked: the
 * local keys have no secrets, and the server listens on the loopback only.
 */
export const signedCaller = (headers: IncomingHttpHeaders): string => {
  const [, accessKeyId] =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/[^/,\s]+\/(?:iot|iotdata)\/aws4_request,/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (accessKeyId !== undefined) return accessKeyId;
  throw new IotError(
    'UnauthorizedException',
    401,
    'The request carries no Signature Version 4 for iot or iotdata',
  );
};
