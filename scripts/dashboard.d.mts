/** One series or more of a panel. */
export interface Target {
  readonly refId: string
  readonly expr: string
  readonly legendFormat: string
}

export interface Panel {
  readonly id: number
  readonly type: 'row' | 'timeseries'
  readonly title: string
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number }
  readonly targets?: readonly Target[]
}

/** The dashboard, as it is imported into Grafana. */
export function dashboard(): {
  readonly title: string
  readonly uid: string
  readonly schemaVersion: number
  readonly __inputs: readonly { readonly name: string; readonly type: string; readonly pluginId: string }[]
  readonly panels: readonly Panel[]
}
