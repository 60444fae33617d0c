/** What the model reads and writes, in the order of its numbers; those that `training/train.py` trained it with. */
export const SYMBOLS = '\n !"\'(),-.0123456789:;?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
