import { BaseError } from './BaseError.js'

/** An optional package that this feature loads on first use is not installed. */
export class MissingPackageError extends BaseError {
  override readonly name = 'MissingPackageError'
  readonly code = 'MissingPackage'
  readonly packageName: string

  constructor(details: { packageName: string; neededFor: string; cause?: unknown }) {
    super(`The package ${details.packageName} is needed for ${details.neededFor} and could not be loaded.`, {
      hints: [`Install it: npm install ${details.packageName}`],
      docsPath: 'errors#missing-package',
      cause: details.cause,
    })
    this.packageName = details.packageName
  }
}
