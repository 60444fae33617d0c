/** The page's one style sheet: system fonts, one accent, a light and a dark set of colours. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #e3e6eb; --grid: #eceef2; --axis: #b9c0cb;
  --text: #16202e; --muted: #5d6878; --accent: #1d5fd1; --heat: #1d5fd1; --on-heat: #ffffff;
  --c0: #1d5fd1; --c1: #d9660a; --c2: #15845a; --c3: #b3261e; --c4: #7a3fc2; --c5: #0b8394;
  --c6: #b0267f; --c7: #7d6608; --c8: #54616f; --c9: #3f7d20; --c10: #96455f; --c11: #35408f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f141b; --card: #171e27; --line: #2a3441; --grid: #232c38; --axis: #4a5666;
    --text: #e8edf3; --muted: #9aa7b6; --accent: #7fb0ff; --heat: #5c9bff; --on-heat: #08111f;
    --c0: #6ea8ff; --c1: #ff9f4a; --c2: #4fd1a0; --c3: #ff7b72; --c4: #bf97ff; --c5: #4fd0e2;
    --c6: #ff85c8; --c7: #e3c34b; --c8: #a4b1bf; --c9: #93d16b; --c10: #e08fa8; --c11: #97a3ff;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif }
main { max-width: 1180px; margin: 0 auto; padding: 36px 24px 48px }
.words { margin: 14px 0 0; color: var(--muted); font-size: 13px; max-width: 110ch }
header p { margin: 6px 0 0; color: var(--muted); max-width: 78ch }
h1 { margin: 0; font-size: 28px; line-height: 1.2; letter-spacing: -.01em }
h2 { margin: 40px 0 12px; font-size: 18px }
h2 + .facts { margin-top: 0 }
h3 { margin: 0; font-size: 15px }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 24px 0 0; padding: 0 }
.facts div, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px }
.facts div { padding: 12px 16px }
.facts dt { color: var(--muted); font-size: 13px }
.facts dd { margin: 2px 0 0; font-size: 21px; font-weight: 600; font-variant-numeric: tabular-nums }
.card { padding: 16px 18px; min-width: 0 }
.card > p { margin: 2px 0 8px; color: var(--muted); font-size: 13px }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px }
@media (max-width: 860px) { .charts { grid-template-columns: minmax(0, 1fr) } }
svg { display: block; width: 100%; height: auto; font-family: inherit }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; padding: 0; list-style: none; font-size: 13px }
.legend li { display: flex; align-items: center; gap: 7px; white-space: nowrap }
.legend i { width: 16px; border-top: 3px solid var(--series) }
.legend i.dashed { border-top-style: dashed }
.legend b { font-weight: 600; font-variant-numeric: tabular-nums }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
caption { caption-side: bottom; padding-top: 10px; text-align: left; color: var(--muted); font-size: 13px }
.earned th, .earned td { padding: 9px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
.earned thead th { color: var(--muted); font-size: 13px; font-weight: 500; padding-top: 2px; white-space: nowrap }
.earned tbody tr:last-child > * { border-bottom: 0 }
.earned tbody th { font-weight: 600; white-space: nowrap }
.earned .number { text-align: right; white-space: nowrap }
.earned .why { color: var(--muted); min-width: 260px }
.earned .role { color: var(--muted); white-space: nowrap }
.bar { width: 120px; height: 8px; margin-top: 8px; border-radius: 4px; background: var(--grid); overflow: hidden }
.bar i { display: block; height: 100%; border-radius: 4px; background: var(--accent) }
.heat tbody th, .heat thead td { width: 1% }
.heat th { font-weight: 500; font-size: 13px; padding: 0 12px 0 0; text-align: left; white-space: nowrap }
.heat thead th { padding: 0 2px 8px; vertical-align: bottom; text-align: center; color: var(--muted) }
.heat thead span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg) }
.heat tbody td { height: 38px; min-width: 34px; text-align: center; font-size: 13px; border: 2px solid var(--card); border-radius: 6px;
  background: color-mix(in srgb, var(--heat) var(--shade, 0%), var(--card)) }
.heat td.strong { color: var(--on-heat) }
.heat tbody td.none { color: var(--axis); background: var(--grid) }
.notes h3 { margin-top: 16px }
.notes h3:first-child { margin-top: 0 }
.notes p { margin: 4px 0 0; max-width: 86ch }
footer { margin-top: 36px; color: var(--muted); font-size: 13px }
@media print { body { background: #fff } .card, .facts div { break-inside: avoid } }
`
