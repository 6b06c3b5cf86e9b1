/** An answer of the service that the SDK turns into an exception of that name. */
export class IotError extends Error {
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

export const notFound = (message: string): never => {
  throw new IotError('ResourceNotFoundException', 404, message);
};

export const invalid = (message: string): never => {
  throw new IotError('InvalidRequestException', 400, message);
};
