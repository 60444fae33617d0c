/**
 * Waits until a signature may be looked at; `undefined` where that is at once.
 *
 * @throws RequestRefusedError `tooMany` where too many wait.
 */
export type ProofTurn = () => Promise<void> | undefined
