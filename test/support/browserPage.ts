import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { bundleForBrowser } from '../pack/bundle.js'
import { chromium } from './requirement.js'

/** WebGPU on the software driver that the browser brings; a real graphics device is not looked for. */
const SOFTWARE_WEBGPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
]

// A page of an https origin: browsers give WebGPU to nobody else. Nothing is fetched from it.
const ORIGIN = 'https://subnetkit.invalid/'

/** Starts headless Chromium; whoever starts it closes it. */
export function startChromium(): Promise<Browser> {
  return playwright.launch({
    executablePath: chromium().path,
    args: ['--no-sandbox', ...SOFTWARE_WEBGPU],
  })
}

/** A page on which the exports of `contents`, TypeScript relative to the root of the project, are a global. */
export async function pageWith(browser: Browser, contents: string, globalName: string): Promise<Page> {
  const code = await codeOf(contents, globalName)
  const page = await browser.newPage()
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto(ORIGIN)
  await page.addScriptTag({ content: code })
  return page
}

const bundles = new Map<string, Promise<string>>()

/** Many pages may run the same code: it is bundled once. */
function codeOf(contents: string, globalName: string): Promise<string> {
  let code = bundles.get(contents)
  code ??= bundleForBrowser(contents, { globalName }).then((bundle) => bundle.code)
  bundles.set(contents, code)
  return code
}
