export const floors: readonly { readonly floor: number; readonly rooms: readonly string[] }[]
export const pureRooms: readonly string[]
export const exactRooms: readonly string[]
export const publicRooms: readonly string[]
export function floorOf(room: string): number | undefined
