/** An epoch file to begin with: two validators, one of whom has most of the stake, judge two miners. */
export const EPOCH_EXAMPLE = `{
  "name": "example",
  "description": "Uids 0 and 1 are validators with 600 and 400 alpha, uids 2 and 3 are miners. Rows of weights are by validator, entries are [uid, weight of 65535]. Amounts are in units of 1e-9; parts are of 65535 (_u16), of 1000000 (_ppm) or of 2^64 - 1 (_u64). Integers beyond 2^53 are decimal text.",
  "steps": [
    {
      "input": {
        "n": 4,
        "current_block": 1000,
        "tempo_blocks": 100,
        "last_step_block": 899,
        "activity_cutoff_blocks": 500,
        "last_update": [990, 990, 100, 100],
        "block_at_registration": [100, 100, 100, 100],
        "alpha_stake_rao": [600000000000, 400000000000, 0, 0],
        "tao_stake_rao": [0, 0, 0, 0],
        "tao_weight_u64": "971718665099567868",
        "stake_threshold_rao": 0,
        "owner_uid": null,
        "validator_permit": [true, true, false, false],
        "max_allowed_validators": 2,
        "kappa_u16": 32767,
        "bonds_penalty_u16": 65535,
        "bonds_moving_average_ppm": 900000,
        "yuma3_enabled": true,
        "liquid_alpha_enabled": false,
        "alpha_low_u16": 45875,
        "alpha_high_u16": 58982,
        "alpha_sigmoid_steepness_hundredths": 1000,
        "commit_reveal_enabled": false,
        "earliest_active_commit_block": [null, null, null, null],
        "emission_rao": 82000000000,
        "weights": [
          [[2, 65535], [3, 32768]],
          [[2, 65535], [3, 65535]],
          [],
          []
        ],
        "bonds": [[], [], [], []]
      }
    }
  ]
}
`
