"""What a checkpoint promises, and the plain-array form of what nodes exchange.

A checkpoint's contract.yaml (`contract_file`, `contract`) and a robot's robot.yaml
(`robot_interface`) use the same words (`vocabulary`); `comparison` says whether they agree, term
by term, and in which order named entries have to be put. `checkpoint` opens a folder without
running anything in it, `checkpoint_writer` writes one in one piece, `first_difference` replays
the golden trace. `preprocessing`, `history_buffer` and `staleness_monitor` apply what the
contract states, for trainer and node alike. Every refusal is an `errors.ContractError`.
"""
