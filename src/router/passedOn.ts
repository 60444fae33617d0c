/** What every attempt of a call carries along, so that all of them bear one name. */
export interface PassedOn {
  readonly requestId: string
  readonly traceparent?: string
}
