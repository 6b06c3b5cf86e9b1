import './metadata-reflection.ts';

/** @peculiar/x509, imported late: it needs metadata reflection, and some loaders run static CommonJS imports first. */
export const x509 = await import('@peculiar/x509');
