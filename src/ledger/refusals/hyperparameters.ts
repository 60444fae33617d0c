import { eventField, holds } from '../events.js'
import { reason, reasons } from './reason.js'

const value = eventField<number | bigint | boolean>('number, bigint or boolean')

/** Counts, amounts and raw bits, whichever the hyperparameter is. */
const bound = eventField<number | bigint>('number or bigint')

const data = { name: holds.text, value, least: bound, most: bound }
const remedy = 'Set {name} to at least {least} and at most {most}.'

/** Why a value cannot be that of a hyperparameter. */
export const hyperparameterRefusals = {
  InvalidValue: reasons({
    outOfBounds: reason({ data, says: '{name} cannot be {value}.', remedy }),
    otherType: reason({
      data: { name: holds.text, value, type: holds.text },
      says: '{name} is a {type}, which {value} is not.',
      remedy: 'Give a value of the type that {name} has, as describeHyperparameters shows it.',
    }),
    noHyperparameter: reason({
      data: { name: holds.text },
      says: 'There is no hyperparameter {name}.',
      remedy: 'Name one that describeHyperparameters lists.',
    }),
    misspeltHyperparameter: reason({
      data: { name: holds.text, like: holds.text },
      says: 'There is no hyperparameter {name}.',
      remedy: 'Name {like}, if that is what you mean, or another one that describeHyperparameters lists.',
    }),
    wrongParts: reason({
      data: { parts: holds.count, mechanisms: holds.count },
      says: 'The split has {parts} parts, and the subnet {mechanisms} mechanisms.',
      remedy: 'Give 1 to {mechanisms} parts, or null for an even split.',
    }),
    wrongSum: reason({
      data: { sumU16: holds.count, wantedU16: holds.count },
      says: 'The parts of the split add up to {sumU16}, not to {wantedU16}.',
      remedy: 'Give parts that add up to {wantedU16}, or null for an even split.',
    }),
    moreThanSupply: reason({
      data: { issuanceRao: holds.rao, mostRao: holds.rao },
      says: 'There would be {issuanceRao}, and there is never more than {mostRao}.',
      remedy: 'Give a smaller balance.',
    }),
  }),
  ValueNotInBounds: reason({ data, says: '{name} cannot be {value}.', remedy }),
  TempoOutOfBounds: reason({ data, says: 'An owner cannot set {name} to {value}.', remedy }),
  ActivityCutoffFactorMilliOutOfBounds: reason({ data, says: '{name} cannot be {value}.', remedy }),
  BondsMovingAverageMaxReached: reason({
    data,
    says: 'An owner cannot set {name} to {value}, which keeps too much of old bonds.',
    remedy,
  }),
  LiquidAlphaDisabled: reason({
    data: { name: holds.text, value },
    says: '{name} cannot be set to {value} while liquidAlphaEnabled is off.',
    remedy: 'Switch liquidAlphaEnabled on first.',
  }),
  AlphaHighTooLow: reason({
    data,
    says: 'With {name} at {value} the upper bound of liquid alpha would be out of range.',
    remedy,
  }),
  AlphaLowOutOfRange: reason({
    data,
    says: 'With {name} at {value} the lower bound of liquid alpha would be out of range.',
    remedy,
  }),
  NegativeSigmoidSteepness: reason({
    data,
    says: 'An owner cannot set {name} to {value}, which is negative.',
    remedy,
  }),
  MaxAllowedUidsLessThanMinAllowedUids: reason({
    data,
    says: '{name} cannot be {value}, which is less than minAllowedUids.',
    remedy,
  }),
  MaxAllowedUIdsLessThanCurrentUIds: reason({
    data,
    says: '{name} cannot be {value}: the subnet has more neurons.',
    remedy,
  }),
  MaxAllowedUidsGreaterThanDefaultMaxAllowedUids: reason({
    data,
    says: '{name} cannot be {value}: the chain allows no subnet of that size.',
    remedy,
  }),
  MinAllowedUidsGreaterThanMaxAllowedUids: reason({
    data,
    says: '{name} cannot be {value}, which is not below maxAllowedUids.',
    remedy,
  }),
  MinAllowedUidsGreaterThanCurrentUids: reason({
    data,
    says: '{name} cannot be {value}: the subnet has no more neurons than that.',
    remedy,
  }),
  MaxValidatorsLargerThanMaxUIds: reason({
    data,
    says: '{name} cannot be {value}: the subnet has fewer uids.',
    remedy,
  }),
  TooManyUIDsPerMechanism: reason({
    data,
    says: 'With {name} at {value} the uids of all mechanisms together would be more than the chain allows.',
    remedy,
  }),
  ActivityCutoffTooLow: reason({ data, says: '{name} cannot be {value}, which is too few blocks.', remedy }),
  RevealPeriodTooLarge: reason({ data, says: '{name} cannot be {value}, which is too many epochs.', remedy }),
  RevealPeriodTooSmall: reason({ data, says: '{name} cannot be {value}, which is too few epochs.', remedy }),
  InvalidRootClaimThreshold: reason({ data, says: '{name} cannot be {value}.', remedy }),
}
