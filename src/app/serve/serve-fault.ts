export type ServeFaultCode =
  | 'bad-option'
  | 'port-taken'
  | 'port-forbidden'
  | 'bad-host'
  | 'app-not-built'
  | 'network-damaged'
  | 'network-differs'
  | 'data-folder';

/** Why the server could not start, in words for whoever started it. */
export class ServeFault extends Error {
  override readonly name = 'ServeFault';
  readonly code: ServeFaultCode;
  constructor(code: ServeFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
