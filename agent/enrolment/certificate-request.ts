import { generateKeyPairSync, sign } from 'node:crypto';

/** A key that was made here, and the request for a certificate over it. Both PEM. */
export interface KeyAndRequest {
  key: string;
  csr: string;
}

/** Makes an EC P-256 key, which is for this machine alone, and a PKCS #10 request (RFC 2986) signed with it. */
export function makeKeyAndRequest(): KeyAndRequest {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const info = der(
    SEQUENCE,
    der(INTEGER, Buffer.from([0])),
    subject('keystone-agent'),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(ATTRIBUTES),
  );
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', info, privateKey));
  const request = der(SEQUENCE, info, der(SEQUENCE, der(OID, ECDSA_WITH_SHA256)), signature);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    csr: pem('CERTIFICATE REQUEST', request),
  };
}

/** Tags of DER. */
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OID = 0x06;
const UTF8_STRING = 0x0c;
const SEQUENCE = 0x30;
const SET = 0x31;
const ATTRIBUTES = 0xa0;

/** 1.2.840.10045.4.3.2 and 2.5.4.3 */
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');

/** The cloud names the thing; the request needs some name. */
function subject(name: string): Buffer {
  const attribute = der(SEQUENCE, der(OID, COMMON_NAME), der(UTF8_STRING, Buffer.from(name)));
  return der(SEQUENCE, der(SET, attribute));
}

function der(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
