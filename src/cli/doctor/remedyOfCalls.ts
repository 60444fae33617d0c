/** What to do about calls of a synapse that ended like this; `otherwise` where it is neither their request nor their name. */
export function remedyOfCalls(statuses: Readonly<Record<string, number>>, otherwise: string): string {
  const { malformed = 0, forbidden = 0, unknownSynapse = 0 } = statuses
  if (malformed > 0) return 'Pass a --body that fits the request of the synapse.'
  // An axon does not tell those whom it turns away which names there are.
  if (forbidden + unknownSynapse > 0)
    return 'Check the name of the --synapse, and pass --key of a caller to whom the axon serves it, such as a validator with a permit.'
  return otherwise
}
