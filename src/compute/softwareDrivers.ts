/** Whether a driver goes by a name that means: a processor does the work of a graphics device. */
export function isSoftwareDriver(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i.test(name)
}
