export function sharedLayout(path: string): Promise<string>
