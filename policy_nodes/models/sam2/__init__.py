"""The parts of SAM 2 that SAM2Act computes with: image encoder, memory encoder, memory attention.

Source: Ravi et al., SAM 2: Segment Anything in Images and Videos (arXiv 2408.00714), with the
low-rank adapters and the widths of SAM2Act (arXiv 2501.18564). Module names give the state dict
the authors' keys, so that the `sam2.*` tensors of their published weights load strictly.
"""
