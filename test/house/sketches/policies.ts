import type { Hotkey } from 'subnetkit/units'

export declare const scores: Map<Hotkey, number>
