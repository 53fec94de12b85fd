"""What a policy remembers between steps, kept outside the policy so that it survives it.

`entry` is one step of one stream, `memory_bank` the bounded store with its rule of eviction,
`snapshot` the file that a store is written to and read from, `snapshot_folder` where such files
may lie, `snapshot_schedule` when they are written. Times are arguments; nothing here knows
messages, networks or threads. Every refusal is a `errors.MemoryBankError`.
"""
