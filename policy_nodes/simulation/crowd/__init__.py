"""The crowd world: a wheeled robot among walking people, batched in torch.

Source: Liu et al., HEIGHT: Heterogeneous Interaction Graph Transformer for Robot Navigation in
Crowded and Constrained Environments (arXiv 2411.12150), and the behaviour of the authors'
simulator, which these modules reproduce without PyBullet.
"""
